//! The network in `f64`, written like the walkthrough's (slides 1 and 2), with batch normalisation
//! and fixed dropout masks.

use ndarray::{Array1, Array2, Axis};

use super::parameters::Parameters;
use crate::config::{Activation, NumberLoss};

/// The parameters of every layer, the output layer last, and the settings between them.
#[derive(Debug, Clone)]
pub(super) struct Network {
    pub layers: Vec<Parameters>,
    pub activation: Activation,
    /// The term that batch normalisation adds to the variance.
    pub epsilon: f64,
    /// L2 coefficient lambda of the weights.
    pub l2: f64,
    /// That of the vectors of categories.
    pub embedding_l2: f64,
    /// The loss of a regression; `None` for cross-entropy.
    pub number_loss: Option<NumberLoss>,
}

/// A batch.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    /// `[batch, features]`.
    pub features: Array2<f64>,
    /// One-hot classes `[batch, classes]`, or standardised numbers `[batch, targets]`.
    pub labels: Array2<f64>,
}

/// The factors of dropout, 0 or `1 / (1 - rate)`: those of the first layer's inputs `[batch, inputs]`, then
/// those of each hidden layer `[batch, outputs]`.
pub(super) type Masks = Vec<Array2<f64>>;

/// The intermediate results of a forward pass, for backpropagation.
pub(super) struct Forward {
    /// The input of each layer `[batch, inputs]`: the features, then the hidden layers'
    /// activations, after dropout.
    pub inputs: Vec<Array2<f64>>,
    /// What each layer computes, `input W + b` `[batch, outputs]`, the logits last.
    pub linear: Vec<Array2<f64>>,
    /// The input of each hidden layer's activation `[batch, outputs]`.
    pub z: Vec<Array2<f64>>,
    /// The normalised batch of each hidden layer with batch normalisation.
    pub normalized: Vec<Option<Normalized>>,
    /// The softmax of the output layer `[batch, classes]`, or predicted numbers `[batch, targets]`.
    pub outputs: Array2<f64>,
    /// The mean loss, without the L2 term.
    pub loss: f64,
}

/// A batch with mean 0 and variance 1.
pub(super) struct Normalized {
    /// `[batch, outputs]`.
    pub values: Array2<f64>,
    /// Standard deviation before normalisation `[outputs]`.
    pub standard_deviation: Array1<f64>,
}

impl Network {
    /// Runs the forward pass in training mode (slide 2).
    pub fn forward(&self, rows: &Rows, masks: &Masks) -> Forward {
        let mut inputs = vec![self.embedded(&rows.features) * &masks[0]];
        let (mut linear, mut zs, mut normalizeds) = (Vec::new(), Vec::new(), Vec::new());
        let (output, hidden) = self.output_and_hidden();
        for (layer, mask) in hidden.iter().zip(&masks[1..]) {
            let z = layer.linear(&inputs[inputs.len() - 1]); // [batch, outputs]
            linear.push(z.clone());
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
        linear.push(logits.clone());
        let (outputs, loss) = match self.number_loss {
            Some(number_loss) => {
                let loss =
                    (&rows.labels - &logits).mapv(|error| number_loss.of_error(error)).mean().unwrap_or(f64::NAN);
                (logits, loss)
            }
            None => softmax_cross_entropy(&logits, &rows.labels),
        };
        Forward { inputs, linear, z: zs, normalized: normalizeds, outputs, loss }
    }

    /// What the first layer takes, before dropout.
    fn embedded(&self, features: &Array2<f64>) -> Array2<f64> {
        match &self.layers[0].embedding {
            Some(embedding) => embedding.forward(features),
            None => features.clone(),
        }
    }

    pub fn output_and_hidden(&self) -> (&Parameters, &[Parameters]) {
        let (output, hidden) =
            self.layers.split_last().unwrap_or_else(|| unreachable!("a network has an output layer"));
        (output, hidden)
    }
}

/// Normalises `z` `[batch, outputs]` without scale and shift (Ioffe, Szegedy 2015, arXiv
/// 1502.03167, algorithm 1).
fn normalize(z: &Array2<f64>, epsilon: f64) -> Normalized {
    let rows = z.nrows() as f64;
    let centered = z - &(z.sum_axis(Axis(0)) / rows);
    let variance = centered.mapv(|value| value * value).sum_axis(Axis(0)) / rows; // [outputs]
    let standard_deviation = variance.mapv(|variance| (variance + epsilon).sqrt());
    Normalized { values: centered / &standard_deviation, standard_deviation }
}

/// Returns the probabilities `[batch, classes]` and the mean of `-log p` of the true class (slides
/// 2 and 3).
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
