//! The arithmetic of a multilayer perceptron's training step, over slices in the host's memory.
//!
//! Plain tensor operations make several passes over memory for each of these; a kernel makes one. Nothing
//! here knows Burn: `burn-mlp` makes differentiable operations of them.
//!
//! | module | computes |
//! |---|---|
//! | [`linear`] | a dense layer's bias and gradients, on top of the products of [`matrix`] |
//! | [`relu`] | the rectifier and its gradient |
//! | [`batch_norm`] | batch normalisation and its gradients |
//! | [`dropout`] | a dropout mask, drawn again from its seed for the backward pass |
//! | [`cross_entropy`] | softmax cross-entropy and its gradient |
//! | [`optimizer`] | one step of momentum SGD, Adam and AdamW |
//! | [`max_norm`] | the limit on the length of a neuron's incoming weights |
//! | [`pixels`] | bytes to floats between 0 and 1 |
//! | [`join`](mod@join), [`autotune`] | sharing work among threads, and whether that pays |
//!
//! All matrices are row-major. Results have the same bits for any number of threads.
//!
//! # Unsafe code
//!
//! Two modules contain unsafe code: [`matrix`](mod@matrix) splits a product among threads at columns, and
//! [`join`](mod@join) hands borrowed work to another thread. Their tests run under AddressSanitizer, and
//! loom explores the interleavings of `join`.

#![warn(missing_docs)]

pub mod autotune;
pub mod batch_norm;
pub mod cross_entropy;
pub mod dropout;
#[allow(unsafe_code, reason = "hands a pointer to borrowed work to another thread")]
pub mod join;
pub mod linear;
#[allow(unsafe_code, reason = "threads write interleaved parts of one allocation")]
pub mod matrix;
pub mod max_norm;
pub mod optimizer;
pub mod pixels;
pub mod relu;
mod rows;

pub use matrix::Matrix;
