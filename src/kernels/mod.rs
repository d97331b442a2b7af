//! Operations that take Burn's tensor operations several passes over memory, and a training step much of its time.
//!
//! Each is defined here by tensor operations, which every device computes and differentiates. On flex, whose tensors lie in
//! the host's memory, a kernel computes the same in fewer, with a backward pass of its own: a backend extension, in
//! Burn's words. The two agree to rounding (`tests.rs`), and the kernels of GPUs are Burn's own, which fuses them itself.

#[allow(deprecated, reason = "upstream deprecates ndarray, which stays here because people compare against it")]
mod entries;
#[cfg(feature = "flex")]
mod flex;
mod limit_columns;
mod optimizer_step;
mod sharing;
#[cfg(test)]
mod tests;
mod threads;

use burn::nn::loss::CrossEntropyLoss;
use burn::nn::{Dropout, Linear};
use burn::tensor::{Int, Tensor, module};

use crate::config::Activation;
use crate::model::activate;
pub(crate) use limit_columns::limit_columns;
pub(crate) use optimizer_step::{Update, fits, update};
pub(crate) use sharing::Workload;

/// `input` `[batch, inputs]` through a layer and its activation function, if it has one, to `[batch, outputs]`.
pub(crate) fn linear(input: Tensor<2>, layer: &Linear, activation: Option<Activation>) -> Tensor<2> {
    #[cfg(feature = "flex")]
    {
        // The other functions need more than their value for their derivative.
        let fused = activation.filter(|&activation| activation == Activation::Relu);
        if let Some(output) = flex::linear(&input, layer, fused.is_some()) {
            return match activation {
                Some(activation) if fused.is_none() => activate(activation, output),
                _ => output,
            };
        }
    }
    by_tensor_operations::linear(input, layer, activation)
}

/// A matrix as a factor.
#[derive(Clone, Copy)]
pub(crate) enum Factor<'a> {
    Plain(&'a Tensor<2>),
    Transposed(&'a Tensor<2>),
}

/// The product that a layer computes, and the backward pass with one factor transposed.
pub(crate) fn product(left: Factor, right: Factor) -> Tensor<2> {
    #[cfg(feature = "flex")]
    if let Some(product) = flex::product(left, right) {
        return product;
    }
    let [left, right] = [left, right].map(|factor| match factor {
        Factor::Plain(matrix) => matrix.clone(),
        Factor::Transposed(matrix) => matrix.clone().transpose(),
    });
    left.matmul(right)
}

/// A batch by its own statistics.
pub(crate) struct Normalized {
    /// `[batch, features]`
    pub output: Tensor<2>,
    /// `[features]`, detached from the gradients' graph.
    pub mean: Tensor<1>,
    /// Over n `[features]`, detached as well.
    pub variance: Tensor<1>,
}

/// `input` `[batch, features]` normalized by its own statistics, times `gamma` plus `beta`, `[features]` each: Ioffe, Szegedy
/// 2015 (arXiv 1502.03167), algorithm 1.
pub(crate) fn batch_norm(input: Tensor<2>, gamma: Tensor<1>, beta: Tensor<1>, epsilon: f64) -> Normalized {
    #[cfg(feature = "flex")]
    if let Some(normalized) = flex::batch_norm(&input, gamma.clone(), beta.clone(), epsilon) {
        return normalized;
    }
    by_tensor_operations::batch_norm(input, gamma, beta, epsilon)
}

/// `input` `[batch, features]` through dropout, in training on an autodiff device. Which entries it drops is drawn from the
/// device's generator.
pub(crate) fn dropout(input: Tensor<2>, layer: &Dropout) -> Tensor<2> {
    #[cfg(feature = "flex")]
    if layer.prob > 0.0
        && layer.training.is_enabled()
        && let Some(output) = flex::dropout(&input, layer.prob)
    {
        return output;
    }
    layer.forward(input)
}

/// Softmax cross-entropy from logits `[batch, classes]` and class indices `[batch]`, mean over the batch `[1]`.
pub(crate) fn cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    #[cfg(feature = "flex")]
    if let Some(loss) = flex::cross_entropy(&logits, &labels) {
        return loss;
    }
    by_tensor_operations::cross_entropy(logits, labels)
}

/// Bytes from 0 to `maximum` as features from 0 to 1, `[batch, features]` both.
pub(crate) fn scaled(pixels: Tensor<2, Int>, maximum: f64) -> Tensor<2> {
    #[cfg(feature = "flex")]
    if let Some(features) = flex::scaled(&pixels, maximum) {
        return features;
    }
    by_tensor_operations::scaled(pixels, maximum)
}

/// The definitions.
mod by_tensor_operations {
    use super::*;

    pub fn linear(input: Tensor<2>, layer: &Linear, activation: Option<Activation>) -> Tensor<2> {
        let output = layer.forward(input); // [batch, outputs]
        match activation {
            Some(activation) => activate(activation, output),
            None => output,
        }
    }

    pub fn batch_norm(input: Tensor<2>, gamma: Tensor<1>, beta: Tensor<1>, epsilon: f64) -> Normalized {
        let batch = module::batch_norm_train(input, gamma, beta, epsilon);
        Normalized { output: batch.output, mean: batch.mean.detach(), variance: batch.variance.detach() }
    }

    pub fn cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
        let device = logits.device();
        CrossEntropyLoss::new(None, &device).forward(logits, labels)
    }

    pub fn scaled(pixels: Tensor<2, Int>, maximum: f64) -> Tensor<2> {
        pixels.float().div_scalar(maximum)
    }
}
