//! Batch normalisation in evaluation is a linear map of each feature, which the layer before it can
//! do itself.

use super::Network;
use super::network::{LinearWeights, NormWeights};

impl Network {
    /// The same function without batch normalisation: with `s = scale / sqrt(variance + epsilon)`,
    /// the linear layer before it gets the weights `s W` and the biases `s (b - mean) + shift`.
    /// Computed in `f64`, rounded once.
    pub fn folded(mut self) -> Self {
        for block in &mut self.blocks {
            if let Some(norm) = block.norm.take() {
                fold(&mut block.linear, &norm);
            }
        }
        self
    }
}

fn fold(linear: &mut LinearWeights, norm: &NormWeights) {
    for (unit, weights) in linear.weight.chunks_exact_mut(linear.inputs).enumerate() {
        let [scale, shift, mean, variance] =
            [&norm.scale, &norm.shift, &norm.mean, &norm.variance].map(|values| f64::from(values[unit]));
        let factor = scale / (variance + NormWeights::EPSILON).sqrt();
        for weight in weights {
            *weight = (f64::from(*weight) * factor) as f32;
        }
        linear.bias[unit] = ((f64::from(linear.bias[unit]) - mean) * factor + shift) as f32;
    }
}
