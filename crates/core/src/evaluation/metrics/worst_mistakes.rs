//! The mistakes with the highest losses.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::data::Origin;
use crate::evaluation::Predictions;

/// Maximum number of reported mistakes.
pub const MAX_MISTAKES: usize = 64;

/// A row that is predicted incorrectly.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mistake {
    /// Index of the row in the split, from 0.
    pub index: usize,
    /// Where the row is from; the caller sets it if it is known.
    #[serde(flatten)]
    pub origin: Origin,
    /// True class.
    #[serde(rename = "true")]
    pub true_class: usize,
    /// Predicted class.
    #[serde(rename = "predicted")]
    pub predicted_class: usize,
    /// Probability of the predicted class.
    pub probability: f32,
    /// Probability of the true class.
    pub true_probability: f32,
    /// Features of the row `[d]`; the caller sets them if it has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixels: Option<Vec<f32>>,
}

/// Returns the mistakes with the highest losses, highest first, at most [`MAX_MISTAKES`] (ties: the
/// lower row first).
pub(crate) fn worst_mistakes(predictions: &Predictions) -> Vec<Mistake> {
    let mut rows: Vec<usize> =
        (0..predictions.rows()).filter(|&row| predictions.predicted(row) != predictions.label(row)).collect();
    rows.sort_by(|&one, &other| by_loss(predictions, one, other));
    rows.truncate(MAX_MISTAKES);
    rows.into_iter().map(|row| mistake(predictions, row)).collect()
}

fn by_loss(predictions: &Predictions, one: usize, other: usize) -> Ordering {
    predictions.loss(other).total_cmp(&predictions.loss(one)).then(one.cmp(&other))
}

fn mistake(predictions: &Predictions, row: usize) -> Mistake {
    let (true_class, predicted_class) = (predictions.label(row), predictions.predicted(row));
    let probabilities = predictions.probabilities(row);
    Mistake {
        index: row,
        origin: Origin::default(),
        true_class,
        predicted_class,
        probability: probabilities[predicted_class],
        true_probability: probabilities[true_class],
        pixels: None,
    }
}
