//! The derivatives of the activation functions in `f64`.

use std::f64::consts::PI;

use crate::config::Activation;
use burn_mlp_infer::{LEAKY_RELU_SLOPE, SELU_ALPHA, SELU_LAMBDA, normal_cumulative, sigmoid};

/// sigma'(z): slide 4.
pub(crate) fn derivative(activation: Activation, z: f64) -> f64 {
    let is_positive = z > 0.0;
    match activation {
        Activation::Relu if is_positive => 1.0,
        Activation::Relu => 0.0,
        Activation::LeakyRelu if is_positive => 1.0,
        Activation::LeakyRelu => LEAKY_RELU_SLOPE,
        Activation::Gelu => normal_cumulative(z) + z * (-0.5 * z * z).exp() / (2.0 * PI).sqrt(),
        Activation::Selu => SELU_LAMBDA * if is_positive { 1.0 } else { SELU_ALPHA * z.exp() },
        Activation::Tanh => 1.0 - z.tanh().powi(2),
        Activation::Sigmoid => sigmoid(z) * (1.0 - sigmoid(z)),
        Activation::Silu => sigmoid(z) * (1.0 + z * (1.0 - sigmoid(z))),
    }
}

/// Whether the derivative jumps at 0, where a gradient cannot be checked.
pub(super) fn has_kink(activation: Activation) -> bool {
    matches!(activation, Activation::Relu | Activation::LeakyRelu | Activation::Selu)
}
