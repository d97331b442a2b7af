//! The kernels of `burn-mlp-kernels` as operations on Burn's tensors, differentiable where training needs it: a
//! backend extension, in Burn's words.
//!
//! The kernels run on flex, whose tensors lie in the host's memory. On any other device the operations return
//! `None`, and the caller uses Burn's own, which GPU backends fuse themselves. The two agree to rounding
//! (`flex/tests.rs`).

#[cfg(feature = "flex")]
mod flex;
#[cfg(not(feature = "flex"))]
#[path = "without_flex.rs"]
mod flex;
mod host_tensor;
#[cfg(feature = "ndarray")]
#[allow(deprecated, reason = "upstream deprecates ndarray, which stays here because people compare against it")]
mod ndarray;
#[cfg(not(feature = "ndarray"))]
#[path = "without_ndarray.rs"]
mod ndarray;
mod storage;

use burn::tensor::Tensor;

pub(crate) use burn_mlp_kernels::autotune::Workload;
pub(crate) use flex::{batch_norm, cross_entropy, dropout, linear, product, relu, scale, shared_linear};
pub(crate) use host_tensor::{HostTensor, is_on_host};

/// A factor of a matrix product.
#[derive(Clone, Copy)]
pub(crate) enum Factor<'a> {
    Plain(&'a Tensor<2>),
    Transposed(&'a Tensor<2>),
}

/// A dense layer that members share, with what each has of its own.
#[cfg_attr(not(feature = "flex"), allow(dead_code, reason = "only the kernels on flex read it"))]
pub(crate) struct SharedLinear {
    /// `[inputs, outputs]`
    pub weight: Tensor<2>,
    /// `[outputs]`
    pub bias: Tensor<1>,
    /// `[members, inputs]`
    pub input_scale: Tensor<2>,
    /// `[members, outputs]`
    pub output_scale: Tensor<2>,
    /// `[members, outputs]`
    pub output_bias: Tensor<2>,
}

/// A batch normalised by its own statistics.
pub(crate) struct Normalized {
    /// `[batch, features]`
    pub output: Tensor<2>,
    /// `[features]`, detached from the autodiff graph.
    pub mean: Tensor<1>,
    /// Biased (divided by n), `[features]`; also detached.
    pub variance: Tensor<1>,
}
