//! How often the true class is among the k most probable.

use serde::{Deserialize, Serialize};

use super::Predictions;

/// Top-k accuracy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TopK {
    /// k as used: at least 1, at most the number of classes.
    pub k: usize,
    /// Fraction of rows whose true class is among the k most probable; of equally probable classes the lower index
    /// comes first, so that k = 1 is the accuracy.
    pub accuracy: f64,
}

impl TopK {
    /// Counts over all rows; `k` is clamped to `1..=classes`.
    pub fn new(predictions: &Predictions, k: usize) -> Self {
        let k = k.clamp(1, predictions.classes());
        let hits = (0..predictions.rows()).filter(|&row| rank_of_label(predictions, row) < k).count();
        Self { k, accuracy: hits as f64 / predictions.rows() as f64 }
    }
}

/// Number of classes that come before the true one, 0 if it is the predicted one.
fn rank_of_label(predictions: &Predictions, row: usize) -> usize {
    let (label, probabilities) = (predictions.label(row), predictions.probabilities(row));
    let comes_before = |(class, &probability): (usize, &f32)| {
        probability > probabilities[label] || (probability == probabilities[label] && class < label)
    };
    probabilities.iter().enumerate().filter(|&pair| comes_before(pair)).count()
}
