//! What is said of a file of rows after its last one: what is unlike the training rows, and how many are right.

use burn_mlp::format::{count, percent};
use burn_mlp::infer::table::{Warning, sentences};
use serde::Serialize;

use super::inputs::Batch;
use crate::cli::terminal::console::Console;

/// A summary of the rows so far of one file.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    source: String,
    warnings: Vec<Warning>,
    /// If the file has true classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    scored: Option<Score>,
}

/// Predictions compared with true classes.
#[derive(Debug, Default, Serialize)]
struct Score {
    rows: usize,
    right: usize,
    accuracy: Option<f64>,
}

impl Summary {
    /// Adds rows with their most probable classes, `None` for a row without a prediction.
    pub fn add(&mut self, batch: &Batch, predicted: &[Option<usize>]) {
        if let Some(source) = batch.sources.first() {
            self.source.clone_from(&source.file);
        }
        self.warnings.extend(batch.warnings.iter().cloned());
        let Some(labels) = &batch.labels else { return };
        let score = self.scored.get_or_insert_default();
        for (label, predicted) in labels.iter().zip(predicted) {
            let (Some(label), Some(predicted)) = (label, predicted) else { continue };
            score.rows += 1;
            score.right += usize::from(*label as usize == *predicted);
        }
        score.accuracy = (score.rows > 0).then(|| score.right as f64 / score.rows as f64);
    }

    /// Whether there is something to say.
    pub fn is_empty(&self) -> bool {
        self.warnings.is_empty() && self.scored.is_none()
    }

    /// Prints the warnings and the score on standard error.
    pub fn print(&self, console: &mut Console) {
        for sentence in sentences(&self.warnings) {
            console.warn(&format!("{}: {sentence}", self.source));
        }
        let Some(score) = &self.scored else { return };
        let sentence = match score.accuracy {
            Some(accuracy) => {
                let (right, rows) = (count(score.right), count(score.rows));
                format!("{right} of {rows} rows with a true class are predicted right ({})", percent(accuracy))
            }
            None => "no row has a true class to compare with".to_string(),
        };
        console.note(&format!("{}: {sentence}", self.source));
    }
}
