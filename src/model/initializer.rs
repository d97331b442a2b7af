//! Initial weights, drawn on the host so that they are equal on every backend.

use burn::module::Param;
use burn::tensor::{Device, TensorData};
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution as _, Normal, Uniform};

use super::layers::Linear;
use crate::config::{Initializer, ModelConfig};
use crate::error::{Error, Result};

/// A linear layer with weight `[fan_in, fan_out]` and bias `[fan_out]`. Biases are zero, except for
/// [`Initializer::Pytorch`], which draws them from the weights' distribution as `nn.Linear` does.
///
/// # Errors
/// If the configuration's standard deviation isn't usable.
pub(super) fn init_linear(
    config: &ModelConfig,
    [fan_in, fan_out]: [usize; 2],
    rng: &mut ChaCha8Rng,
    device: &Device,
) -> Result<Linear> {
    let distribution = Distribution::new(config, [fan_in, fan_out]);
    let weight = distribution.draw(fan_in * fan_out, rng)?;
    let bias = match config.init {
        Initializer::Pytorch => distribution.draw(fan_out, rng)?,
        _ => vec![0.0; fan_out],
    };
    Ok(Linear {
        weight: Param::from_data(TensorData::new(weight, [fan_in, fan_out]), device),
        bias: Param::from_data(TensorData::new(bias, [fan_out]), device),
    })
}

/// The distribution of one layer's weights, with mean 0.
enum Distribution {
    Normal { standard_deviation: f64 },
    Uniform { bound: f64 },
}

impl Distribution {
    /// The distribution of a weight matrix `[fan_in, fan_out]`.
    ///
    /// He et al. 2015 (arXiv 1502.01852, eq. 10), Glorot and Bengio 2010 (eq. 12 and 16), LeCun et al. 1998
    /// ("Efficient BackProp", eq. 16). A uniform distribution has the variance of the normal one of the same name.
    fn new(config: &ModelConfig, [fan_in, fan_out]: [usize; 2]) -> Self {
        let (fan_in, fan_out) = (fan_in as f64, fan_out as f64);
        let normal = |variance: f64| Self::Normal { standard_deviation: variance.sqrt() };
        let uniform = |variance: f64| Self::Uniform { bound: (3.0 * variance).sqrt() };
        match config.init {
            Initializer::HeNormal => normal(2.0 / fan_in),
            Initializer::HeUniform => uniform(2.0 / fan_in),
            Initializer::XavierNormal => normal(2.0 / (fan_in + fan_out)),
            Initializer::XavierUniform => uniform(2.0 / (fan_in + fan_out)),
            Initializer::LecunNormal => normal(1.0 / fan_in),
            Initializer::LecunUniform => uniform(1.0 / fan_in),
            Initializer::Normal => Self::Normal { standard_deviation: config.init_std },
            Initializer::Pytorch => Self::Uniform { bound: 1.0 / fan_in.sqrt() },
        }
    }

    fn draw(&self, count: usize, rng: &mut ChaCha8Rng) -> Result<Vec<f32>> {
        let refuse = |problem: String| Error::config("model.init", problem);
        Ok(match *self {
            Self::Normal { standard_deviation } => {
                let normal = Normal::new(0.0, standard_deviation).map_err(|error| refuse(error.to_string()))?;
                (0..count).map(|_| normal.sample(rng) as f32).collect()
            }
            Self::Uniform { bound } => {
                let uniform = Uniform::new_inclusive(-bound, bound).map_err(|error| refuse(error.to_string()))?;
                (0..count).map(|_| uniform.sample(rng) as f32).collect()
            }
        })
    }
}
