//! Activation functions.

use std::f64::consts::SQRT_2;

use crate::choices;

choices! {
    /// Activation functions.
    Activation, "activation", {
        Relu = "relu",
        LeakyRelu = "leaky-relu",
        Gelu = "gelu",
        Selu = "selu",
        Tanh = "tanh",
        Sigmoid = "sigmoid",
        Silu = "silu",
    }
}

/// Slope of leaky ReLU for negative inputs.
pub const LEAKY_RELU_SLOPE: f64 = 0.01;

/// SELU's alpha: Klambauer et al. 2017 (arXiv 1706.02515), equation 2 and appendix A1.
pub const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
/// SELU's lambda, from the same paper.
pub const SELU_LAMBDA: f64 = 1.050_700_987_355_480_5;

impl Activation {
    /// Computes sigma(z).
    pub fn value(self, z: f64) -> f64 {
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
}

/// The logistic function.
pub fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

/// The cumulative distribution function of the standard normal distribution.
pub fn normal_cumulative(z: f64) -> f64 {
    0.5 * (1.0 + libm::erf(z / SQRT_2))
}
