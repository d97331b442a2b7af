//! The rows of `predictions/*.csv`.

use serde::{Deserialize, Serialize};

use super::Predictions;

/// One row of `predictions/<split>.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PredictionRow {
    /// Index of the row in the split, from 0.
    pub index: usize,
    /// Origin of the row: the data source or its file.
    pub source: String,
    /// True class index.
    #[serde(rename = "true")]
    pub true_class: usize,
    /// Predicted class index.
    #[serde(rename = "predicted")]
    pub predicted_class: usize,
    /// Probability of the predicted class.
    pub probability: f32,
}

/// Returns a row for each prediction, all with the same `source`.
pub fn prediction_rows(predictions: &Predictions, source: &str) -> impl Iterator<Item = PredictionRow> {
    (0..predictions.rows()).map(move |row| {
        let predicted_class = predictions.predicted(row);
        PredictionRow {
            index: row,
            source: source.to_string(),
            true_class: predictions.label(row),
            predicted_class,
            probability: predictions.probabilities(row)[predicted_class],
        }
    })
}
