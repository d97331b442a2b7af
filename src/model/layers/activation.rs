use std::f64::consts::SQRT_2;

use burn::module::Module;
use burn::tensor::{Tensor, activation};
use burn_mlp_infer::LEAKY_RELU_SLOPE;

use crate::config;
use crate::fused;

/// An activation function.
#[derive(Module, Debug)]
pub struct Activation {
    #[module(skip)]
    function: config::Activation,
}

impl Activation {
    /// The layer that applies `function`.
    pub fn new(function: config::Activation) -> Self {
        Self { function }
    }

    /// Applies the function to each entry; the shape stays.
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        match self.function {
            config::Activation::Relu => fused::relu(input),
            config::Activation::LeakyRelu => activation::leaky_relu(input, LEAKY_RELU_SLOPE),
            config::Activation::Gelu => gelu(input),
            config::Activation::Selu => activation::selu(input),
            config::Activation::Tanh => activation::tanh(input),
            config::Activation::Sigmoid => activation::sigmoid(input),
            config::Activation::Silu => activation::silu(input),
        }
    }
}

/// x times the normal distribution's cumulative probability of x: Hendrycks, Gimpel 2016 (arXiv 1606.08415).
///
/// Burn's own `gelu` has this value, but on some backends the gradient of its tanh approximation, which is off
/// by up to a percent.
fn gelu<const D: usize>(input: Tensor<D>) -> Tensor<D> {
    let probability = input.clone().div_scalar(SQRT_2).erf().add_scalar(1.0).mul_scalar(0.5);
    input * probability
}
