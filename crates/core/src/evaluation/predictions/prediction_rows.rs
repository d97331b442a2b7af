//! The rows of `predictions/*.csv`.

use serde::{Deserialize, Serialize};

use crate::data::{Origin, Samples};
use crate::evaluation::Predictions;

/// One row of `predictions/<split>.csv`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PredictionRow {
    /// Number of the row in the split, from 0.
    pub index: usize,
    /// The row's file, if rows are from several files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line of a table on which the row begins, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The row's value of the column `csv.id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// In a cross-validation: number of the row in the training set of the source, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// Name of the true class.
    #[serde(rename = "true")]
    pub true_class: String,
    /// Name of the predicted class.
    #[serde(rename = "predicted")]
    pub predicted_class: String,
    /// Probability of the predicted class.
    pub probability: f32,
}

/// Returns a row for each prediction of `samples`, with the names of the classes.
pub fn prediction_rows<'a>(
    predictions: &'a Predictions,
    samples: &'a Samples,
    class_names: &'a [String],
) -> impl Iterator<Item = PredictionRow> + 'a {
    let name = |class: usize| class_names.get(class).cloned().unwrap_or_else(|| class.to_string());
    (0..predictions.rows()).map(move |row| {
        let predicted_class = predictions.predicted(row);
        let Origin { file, line, id, row: number } = samples.origin(row);
        PredictionRow {
            index: row,
            file,
            line,
            id,
            row: number,
            true_class: name(predictions.label(row)),
            predicted_class: name(predicted_class),
            probability: predictions.probabilities(row)[predicted_class],
        }
    })
}
