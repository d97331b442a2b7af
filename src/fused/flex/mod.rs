//! The operations on flex. They return `None` for tensors of another device or of another type than 32-bit
//! floats.

mod array;
mod batch_norm;
mod cross_entropy;
mod dropout;
mod linear;
mod product;
mod relu;
mod scale;
mod shared_linear;
#[cfg(test)]
mod tests;

use burn::backend::{Autodiff, Flex};

use array::Array;
pub(super) use array::storage;
pub(crate) use batch_norm::batch_norm;
pub(crate) use cross_entropy::cross_entropy;
pub(crate) use dropout::dropout;
pub(crate) use linear::linear;
pub(crate) use product::product;
pub(crate) use relu::relu;
pub(crate) use scale::scale;
pub(crate) use shared_linear::shared_linear;

/// Flex with gradients.
type Differentiable = Autodiff<Flex>;
