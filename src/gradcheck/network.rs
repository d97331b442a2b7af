//! The network once more in `f64`, written as the walkthrough writes it (slides 1 and 2), with batch normalisation and
//! fixed dropout masks.

use ndarray::{Array1, Array2, Axis};

use super::parameters::Parameters;
use crate::config::Activation;

/// Parameters of every layer, the output layer last, and what lies between them.
#[derive(Debug, Clone)]
pub(super) struct Network {
    pub layers: Vec<Parameters>,
    pub activation: Activation,
    /// Batch normalisation's term beside the variance.
    pub epsilon: f64,
    /// L2 coefficient lambda.
    pub l2: f64,
}

/// Rows to compute with.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    /// `[batch, features]`.
    pub features: Array2<f64>,
    /// One-hot, `[batch, classes]`.
    pub labels: Array2<f64>,
}

/// What dropout multiplies by: 0 or `1 / (1 - rate)`. The features' mask `[batch, features]`, then one for each hidden
/// layer `[batch, outputs]`.
pub(super) type Masks = Vec<Array2<f64>>;

/// What forward propagation leaves for backpropagation.
pub(super) struct Forward {
    /// What enters each layer `[batch, inputs]`: the features, then the hidden layers' activations, after dropout.
    pub inputs: Vec<Array2<f64>>,
    /// What enters each hidden layer's activation `[batch, outputs]`.
    pub z: Vec<Array2<f64>>,
    /// Batch normalisation's part of each hidden layer that has it.
    pub normalized: Vec<Option<Normalized>>,
    /// Softmax of the output layer `[batch, classes]`.
    pub probabilities: Array2<f64>,
    /// Mean cross-entropy, without the L2 term.
    pub loss: f64,
}

/// A batch with mean 0 and variance 1.
pub(super) struct Normalized {
    /// `[batch, outputs]`.
    pub values: Array2<f64>,
    /// Before it was normalised, `[outputs]`.
    pub standard_deviation: Array1<f64>,
}

impl Network {
    /// Forward propagation in training mode: slide 2.
    pub fn forward(&self, rows: &Rows, masks: &Masks) -> Forward {
        let mut inputs = vec![&rows.features * &masks[0]];
        let (mut zs, mut normalizeds) = (Vec::new(), Vec::new());
        let (output, hidden) = self.output_and_hidden();
        for (layer, mask) in hidden.iter().zip(&masks[1..]) {
            let z = layer.linear(&inputs[inputs.len() - 1]); // [batch, outputs]
            let (z, normalized) = match &layer.norm {
                Some(norm) => {
                    let normalized = normalize(&z, self.epsilon);
                    (&normalized.values * &norm.scale + &norm.shift, Some(normalized))
                }
                None => (z, None),
            };
            inputs.push(z.mapv(|z| self.activation.value(z)) * mask);
            zs.push(z);
            normalizeds.push(normalized);
        }
        let logits = output.linear(&inputs[inputs.len() - 1]); // [batch, classes]
        let (probabilities, loss) = softmax_cross_entropy(&logits, &rows.labels);
        Forward { inputs, z: zs, normalized: normalizeds, probabilities, loss }
    }

    pub fn output_and_hidden(&self) -> (&Parameters, &[Parameters]) {
        let (output, hidden) =
            self.layers.split_last().unwrap_or_else(|| unreachable!("a network has an output layer"));
        (output, hidden)
    }
}

impl Parameters {
    fn linear(&self, input: &Array2<f64>) -> Array2<f64> {
        input.dot(&self.weight) + &self.bias
    }
}

/// Ioffe, Szegedy 2015 (arXiv 1502.03167), algorithm 1, without scale and shift. `z` is `[batch, outputs]`.
fn normalize(z: &Array2<f64>, epsilon: f64) -> Normalized {
    let rows = z.nrows() as f64;
    let centered = z - &(z.sum_axis(Axis(0)) / rows);
    let variance = centered.mapv(|value| value * value).sum_axis(Axis(0)) / rows; // [outputs]
    let standard_deviation = variance.mapv(|variance| (variance + epsilon).sqrt());
    Normalized { values: centered / &standard_deviation, standard_deviation }
}

/// Slides 2 and 3: probabilities `[batch, classes]`, and the mean over the batch of `-log p` of the true class.
fn softmax_cross_entropy(logits: &Array2<f64>, labels: &Array2<f64>) -> (Array2<f64>, f64) {
    let mut log_probabilities = logits.clone();
    for mut row in log_probabilities.rows_mut() {
        let largest = row.fold(f64::NEG_INFINITY, |largest, &logit| largest.max(logit));
        let log_sum = largest + row.mapv(|logit| (logit - largest).exp()).sum().ln();
        row -= log_sum;
    }
    let loss = -(labels * &log_probabilities).sum() / labels.nrows() as f64;
    (log_probabilities.mapv(f64::exp), loss)
}
