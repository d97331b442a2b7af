//! The activations and their derivatives in `f64`.

use std::f64::consts::{PI, SQRT_2};

use crate::config::Activation;

const LEAKY_RELU_SLOPE: f64 = 0.01;

/// Klambauer et al. 2017 (arXiv 1706.02515), equation 2 and appendix A1.
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
const SELU_LAMBDA: f64 = 1.050_700_987_355_480_5;

impl Activation {
    /// sigma(z).
    pub(super) fn value(self, z: f64) -> f64 {
        match self {
            Self::Relu => z.max(0.0),
            Self::LeakyRelu => {
                if z > 0.0 {
                    z
                } else {
                    LEAKY_RELU_SLOPE * z
                }
            }
            Self::Gelu => z * normal_cumulative(z),
            Self::Selu => SELU_LAMBDA * if z > 0.0 { z } else { SELU_ALPHA * z.exp_m1() },
            Self::Tanh => z.tanh(),
            Self::Sigmoid => sigmoid(z),
            Self::Silu => z * sigmoid(z),
        }
    }

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

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

fn normal_cumulative(z: f64) -> f64 {
    0.5 * (1.0 + libm::erf(z / SQRT_2))
}
