//! A network's forward pass for rows, without tensors.
//!
//! For a row of a small network, starting a tensor operation takes longer than computing it. Here each value of a row
//! adds its weights to the sums, and values of 0, most of an image of a digit, are skipped together with their weights.

use crate::layer::Layer;
use crate::{Activation, EmbeddingWeights, NetworkWeights};

/// A network ready to compute, with batch normalisation folded into the layers before it.
#[derive(Debug, Clone, PartialEq)]
pub struct Network {
    activation: Activation,
    embedding: Option<EmbeddingWeights>,
    hidden: Vec<Layer>,
    output: Layer,
}

/// A row whose sums are infinite or NaN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overflow {
    /// The row's index.
    pub row: usize,
}

impl Network {
    /// Prepares `weights`, which no other network shares and whose hidden layers are followed by `activation`.
    pub fn new(weights: NetworkWeights, activation: Activation) -> Self {
        let NetworkWeights { embedding, blocks, output, .. } = weights.folded();
        let hidden = blocks.iter().map(|block| Layer::new(&block.linear)).collect();
        Self { activation, embedding, hidden, output: Layer::new(&output) }
    }

    /// Number of features of a row, codes of categories included.
    pub fn features(&self) -> usize {
        let inputs = self.hidden.first().unwrap_or(&self.output).inputs();
        match self.embedding.as_ref().map(|embedding| &embedding.codes) {
            Some(codes) => (inputs + codes.columns()).saturating_sub(codes.columns() * codes.size),
            None => inputs,
        }
    }

    /// Computes the logits `[n, classes]` of normalised rows `[n, features]`.
    ///
    /// # Errors
    /// Returns [`Overflow`] at the first row with an infinite or NaN sum: an activation could hide it.
    pub fn logits(&self, rows: &[f32]) -> Result<Vec<f32>, Overflow> {
        self.forward(rows, |_| ())
    }

    /// Computes the class probabilities `[n, classes]` of normalised rows `[n, features]`.
    ///
    /// # Errors
    /// As [`logits`](Self::logits).
    pub fn probabilities(&self, rows: &[f32]) -> Result<Vec<f32>, Overflow> {
        self.forward(rows, softmax)
    }

    fn forward(&self, rows: &[f32], finish: fn(&mut [f32])) -> Result<Vec<f32>, Overflow> {
        with_widest_vectors(
            #[inline(always)]
            || {
                let mut outputs = Vec::new();
                let mut buffers = Default::default();
                for (row, features) in rows.chunks_exact(self.features()).enumerate() {
                    let logits = self.row(features, &mut buffers).ok_or(Overflow { row })?;
                    finish(logits);
                    outputs.extend_from_slice(logits);
                }
                Ok(outputs)
            },
        )
    }

    /// Computes a row's logits, if all sums are finite.
    #[inline(always)]
    fn row<'b>(&self, features: &[f32], buffers: &'b mut [Vec<f32>; 2]) -> Option<&'b mut [f32]> {
        let [input, output] = buffers;
        match &self.embedding {
            Some(embedding) => embedding.embed(features, input),
            None => {
                input.clear();
                input.extend_from_slice(features);
            }
        }
        for layer in &self.hidden {
            layer.forward(input, output);
            is_finite(output).then_some(())?;
            self.activate(output);
            std::mem::swap(input, output);
        }
        self.output.forward(input, output);
        is_finite(output).then_some(output)
    }

    #[inline(always)]
    fn activate(&self, values: &mut [f32]) {
        match self.activation {
            Activation::Relu => values.iter_mut().for_each(|value| *value = value.max(0.0)),
            other => values.iter_mut().for_each(|value| *value = other.value(f64::from(*value)) as f32),
        }
    }
}

/// Runs `compute` as compiled for the processor it runs on.
#[inline(always)]
fn with_widest_vectors<T>(compute: impl FnOnce() -> T) -> T {
    #[cfg(feature = "simd")]
    return pulp::Arch::new().dispatch(compute);
    #[cfg(not(feature = "simd"))]
    compute()
}

/// Checks all values, without a branch for each, so that several are compared at once.
#[inline(always)]
fn is_finite(values: &[f32]) -> bool {
    values.iter().fold(true, |all, value| all & value.is_finite())
}

fn softmax(logits: &mut [f32]) {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    logits.iter_mut().for_each(|logit| *logit = (*logit - largest).exp());
    let sum: f32 = logits.iter().sum();
    logits.iter_mut().for_each(|value| *value /= sum);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_models::weights;

    #[test]
    fn a_row_goes_through_all_layers() {
        let network =
            Network::new(weights(&[2, 2, 2], &[1.0, -1.0, 2.0, 0.5, /**/ 1.0, 1.0, 0.0, -2.0]), Activation::Relu);
        // Hidden: relu(3 - 1) and relu(6 + 0.5), with biases of 0.
        assert_eq!(network.logits(&[3.0, 1.0]).unwrap(), [8.5, -13.0]);
        assert_eq!(network.logits(&[3.0, 1.0, 0.0, 0.0]).unwrap(), [8.5, -13.0, 0.0, 0.0]);
    }

    #[test]
    fn a_row_whose_sums_overflow_is_reported() {
        let network = Network::new(weights(&[1, 1, 2], &[-3.0, 1.0, 2.0]), Activation::Relu);
        assert_eq!(network.probabilities(&[1.0, 3e38]), Err(Overflow { row: 1 }));
        assert_eq!(network.probabilities(&[1.0]).unwrap(), [0.5, 0.5]);
    }

    #[test]
    fn softmax_of_large_logits_does_not_overflow() {
        let mut logits = [1000.0, 999.0, -1000.0];
        softmax(&mut logits);
        let expected = [1.0 / (1.0 + (-1f32).exp()), 1.0 / (1.0 + 1f32.exp()), 0.0];
        assert!(logits.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-6), "{logits:?}");
    }
}
