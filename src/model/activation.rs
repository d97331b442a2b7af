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
            Self::Gelu => activation::gelu(input),
            Self::Selu => activation::selu(input),
            Self::Tanh => activation::tanh(input),
            Self::Sigmoid => activation::sigmoid(input),
            Self::Silu => activation::silu(input),
        }
    }
}
