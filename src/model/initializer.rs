//! Initial weights, drawn on the host so that they are equal on every backend.

use burn::module::Param;
use burn::nn::Linear;
use burn::tensor::{Device, TensorData};
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, Normal, Uniform};

use crate::config::Initializer;
use crate::error::{Error, Result};

/// Distribution of one layer's weights.
enum Law {
    Normal { standard_deviation: f64 },
    Uniform { bound: f64 },
}

/// Draws the layers of a network.
pub(super) trait DrawLayer {
    fn linear(
        self,
        sizes: [usize; 2],
        standard_deviation: f64,
        rng: &mut ChaCha8Rng,
        device: &Device,
    ) -> Result<Linear>;
}

/// The law of a weight matrix `[fan_in, fan_out]`. `standard_deviation` is used by [`Initializer::Normal`] only.
///
/// He et al. 2015 (arXiv 1502.01852, eq. 10), Glorot and Bengio 2010 (eq. 12 and 16), LeCun et al. 1998
/// ("Efficient BackProp", eq. 16). A uniform law has the variance of the normal one of the same name.
fn law_of(initializer: Initializer, fan_in: usize, fan_out: usize, standard_deviation: f64) -> Law {
    let (fan_in, fan_out) = (fan_in as f64, fan_out as f64);
    let normal = |variance: f64| Law::Normal { standard_deviation: variance.sqrt() };
    let uniform = |variance: f64| Law::Uniform { bound: (3.0 * variance).sqrt() };
    match initializer {
        Initializer::HeNormal => normal(2.0 / fan_in),
        Initializer::HeUniform => uniform(2.0 / fan_in),
        Initializer::XavierNormal => normal(2.0 / (fan_in + fan_out)),
        Initializer::XavierUniform => uniform(2.0 / (fan_in + fan_out)),
        Initializer::LecunNormal => normal(1.0 / fan_in),
        Initializer::LecunUniform => uniform(1.0 / fan_in),
        Initializer::Normal => Law::Normal { standard_deviation },
        Initializer::Pytorch => Law::Uniform { bound: 1.0 / fan_in.sqrt() },
    }
}

impl DrawLayer for Initializer {
    /// A linear layer with weight `[fan_in, fan_out]` and bias `[fan_out]`. Biases are zero, but for
    /// [`Initializer::Pytorch`], which draws them from the weights' law as `nn.Linear` does.
    fn linear(
        self,
        [fan_in, fan_out]: [usize; 2],
        standard_deviation: f64,
        rng: &mut ChaCha8Rng,
        device: &Device,
    ) -> Result<Linear> {
        let law = law_of(self, fan_in, fan_out, standard_deviation);
        let weight = law.draw(fan_in * fan_out, rng)?;
        let bias = match self {
            Self::Pytorch => law.draw(fan_out, rng)?,
            _ => vec![0.0; fan_out],
        };
        Ok(Linear {
            weight: Param::from_data(TensorData::new(weight, [fan_in, fan_out]), device),
            bias: Some(Param::from_data(TensorData::new(bias, [fan_out]), device)),
        })
    }
}

impl Law {
    fn draw(&self, count: usize, rng: &mut ChaCha8Rng) -> Result<Vec<f32>> {
        let refuse = |problem: String| Error::config("model.init", problem);
        Ok(match *self {
            Self::Normal { standard_deviation } => {
                let law = Normal::new(0.0, standard_deviation).map_err(|error| refuse(error.to_string()))?;
                (0..count).map(|_| law.sample(rng) as f32).collect()
            }
            Self::Uniform { bound } => {
                let law = Uniform::new_inclusive(-bound, bound).map_err(|error| refuse(error.to_string()))?;
                (0..count).map(|_| law.sample(rng) as f32).collect()
            }
        })
    }
}
