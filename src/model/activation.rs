use std::f64::consts::SQRT_2;

use burn::tensor::{Tensor, activation};

use crate::config::Activation;

/// PyTorch's slope for negative inputs of `LeakyReLU`.
const LEAKY_RELU_SLOPE: f64 = 0.01;

impl Activation {
    /// Applies the function to each entry; the shape stays.
    pub fn apply<const D: usize>(self, input: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Relu => activation::relu(input),
            Self::LeakyRelu => activation::leaky_relu(input, LEAKY_RELU_SLOPE),
            Self::Gelu => gelu(input),
            Self::Selu => activation::selu(input),
            Self::Tanh => activation::tanh(input),
            Self::Sigmoid => activation::sigmoid(input),
            Self::Silu => activation::silu(input),
        }
    }
}

/// Hendrycks, Gimpel 2016 (arXiv 1606.08415): x times the normal distribution's cumulative probability of x.
///
/// Burn's own `gelu` has this value, but on some backends the gradient of its tanh approximation, which is off by up to
/// a percent.
fn gelu<const D: usize>(input: Tensor<D>) -> Tensor<D> {
    let probability = input.clone().div_scalar(SQRT_2).erf().add_scalar(1.0).mul_scalar(0.5);
    input * probability
}
