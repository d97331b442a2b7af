//! The arithmetic of a multilayer perceptron's training step, over slices in the host's memory.
//!
//! As plain tensor operations, each of these makes several passes over memory; a kernel makes one. The crate doesn't
//! depend on Burn: `burn-mlp` turns the kernels into differentiable operations.
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
//! | [`member_factors`] | what members that share a layer scale and add, and its gradients |
//! | [`pixels`] | bytes to floats between 0 and 1 |
//! | [`join`](mod@join), [`autotune`] | sharing work among threads, and whether that pays |
//!
//! All matrices are row-major. Results have the same bits for any number of threads.
//!
//! # Unsafe code
//!
//! Two modules contain unsafe code: [`matrix`](mod@matrix) calls gemm and splits a product among threads at
//! columns, and [`join`](mod@join) hands borrowed work to another thread.
//!
//! - Property tests (`tests/naive_loops.rs`) compare every kernel with the plainest loop in 64-bit floats, in
//!   shapes of 0 and 1 and with NaN and infinity.
//! - Loom explores every interleaving of a hand-over, with a bound on the number of preemptions:
//!   `RUSTFLAGS="--cfg loom" cargo test -p burn-mlp-kernels --release --lib loom`.
//! - The tests pass under AddressSanitizer:
//!   `RUSTFLAGS="-Zsanitizer=address" cargo +nightly test -p burn-mlp-kernels --target x86_64-unknown-linux-gnu`.

#![warn(missing_docs)]

pub mod autotune;
pub mod batch_norm;
pub mod cross_entropy;
pub mod dropout;
#[expect(unsafe_code, reason = "hands a pointer to borrowed work to another thread")]
pub mod join;
mod lanes;
pub mod linear;
#[expect(unsafe_code, reason = "threads write interleaved parts of one allocation")]
pub mod matrix;
pub mod max_norm;
pub mod member_factors;
pub mod optimizer;
pub mod pixels;
pub mod relu;
mod rows;
mod sync;

pub use matrix::Matrix;
