//! Top-k accuracy.

use serde::{Deserialize, Serialize};

use crate::evaluation::Predictions;

/// Top-k accuracy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TopK {
    /// k after clamping to between 1 and the number of classes.
    pub k: usize,
    /// Fraction of rows whose true class is among the k most probable. Ties are ordered by class
    /// index, so k = 1 equals the accuracy.
    pub accuracy: f64,
}

impl TopK {
    /// Computes top-k accuracy over all rows; `k` is clamped to `1..=classes`.
    pub fn new(predictions: &Predictions, k: usize) -> Self {
        let k = k.clamp(1, predictions.classes());
        let hits = (0..predictions.rows()).filter(|&row| rank_of_label(predictions, row) < k).count();
        Self { k, accuracy: hits as f64 / predictions.rows() as f64 }
    }
}

/// Returns the number of classes ranked before the true one, 0 if the prediction is correct.
fn rank_of_label(predictions: &Predictions, row: usize) -> usize {
    let (label, probabilities) = (predictions.label(row), predictions.probabilities(row));
    let comes_before = |(class, &probability): (usize, &f32)| {
        probability > probabilities[label] || (probability == probabilities[label] && class < label)
    };
    probabilities.iter().enumerate().filter(|&pair| comes_before(pair)).count()
}
