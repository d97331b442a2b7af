//! The activations' derivatives in `f64`.

use std::f64::consts::PI;

use crate::config::Activation;
use crate::inference::activation::{LEAKY_RELU_SLOPE, SELU_ALPHA, SELU_LAMBDA, normal_cumulative, sigmoid};

impl Activation {
    /// sigma'(z): slide 4.
    pub(super) fn derivative(self, z: f64) -> f64 {
        match self {
            Self::Relu => {
                if z > 0.0 {
                    1.0
                } else {
                    0.0
                }
            }
            Self::LeakyRelu => {
                if z > 0.0 {
                    1.0
                } else {
                    LEAKY_RELU_SLOPE
                }
            }
            Self::Gelu => normal_cumulative(z) + z * (-0.5 * z * z).exp() / (2.0 * PI).sqrt(),
            Self::Selu => SELU_LAMBDA * if z > 0.0 { 1.0 } else { SELU_ALPHA * z.exp() },
            Self::Tanh => 1.0 - z.tanh().powi(2),
            Self::Sigmoid => sigmoid(z) * (1.0 - sigmoid(z)),
            Self::Silu => sigmoid(z) * (1.0 + z * (1.0 - sigmoid(z))),
        }
    }

    /// Whether the derivative jumps at 0, where no gradient can be checked.
    pub(super) fn has_kink(self) -> bool {
        matches!(self, Self::Relu | Self::LeakyRelu | Self::Selu)
    }
}
