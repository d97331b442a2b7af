//! Kernels for flex. A function returns `None` where its tensors are another device's, or of another type than 32-bit floats.

mod array;
mod batch_norm;
mod cross_entropy;
mod dropout;
mod linear;
mod matrix;
mod pixels;

pub(super) use array::Array;
pub(super) use batch_norm::batch_norm;
pub(super) use cross_entropy::cross_entropy;
pub(super) use dropout::dropout;
pub(super) use linear::linear;
pub(super) use matrix::product;
pub(super) use pixels::scaled;
