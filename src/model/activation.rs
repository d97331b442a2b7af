use std::f64::consts::SQRT_2;

use burn::tensor::{Tensor, activation};

use burn_mlp_infer::LEAKY_RELU_SLOPE;

use crate::config::Activation;

/// Applies the function to each entry; the shape stays.
pub(crate) fn activate<const D: usize>(function: Activation, input: Tensor<D>) -> Tensor<D> {
    match function {
        Activation::Relu => activation::relu(input),
        Activation::LeakyRelu => activation::leaky_relu(input, LEAKY_RELU_SLOPE),
        Activation::Gelu => gelu(input),
        Activation::Selu => activation::selu(input),
        Activation::Tanh => activation::tanh(input),
        Activation::Sigmoid => activation::sigmoid(input),
        Activation::Silu => activation::silu(input),
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
