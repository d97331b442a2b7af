//! What is said of a file of rows after its last one: how it was read, what is unlike the training rows, and how good
//! the predictions are.

use burn_mlp::format::{count, number, percent};
use burn_mlp::infer::Prediction;
use burn_mlp::infer::table::{Warning, sentences};
use burn_mlp::pipeline::UsedRows;
use burn_mlp::text::printable;
use serde::Serialize;

use super::batch::{Batch, Truth};
use crate::cli::terminal::console::Console;

/// A summary of the rows so far of one file.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    pub source: String,
    warnings: Vec<Warning>,
    /// How the file was read, where it is not obvious.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    /// If the file has true classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    scored: Option<Score>,
    /// If the file has true numbers: the errors of each target.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Errors>,
    /// What the rows have been used for, if it is known.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub used: Option<UsedRows>,
}

/// Predictions compared with true classes.
#[derive(Debug, Default, Serialize)]
struct Score {
    rows: usize,
    right: usize,
    accuracy: Option<f64>,
}

/// Predictions compared with true numbers.
#[derive(Debug, Serialize)]
struct Errors {
    target: String,
    rows: usize,
    /// Root of the mean squared error.
    rmse: Option<f64>,
    /// Mean absolute error.
    mae: Option<f64>,
    #[serde(skip)]
    squares: f64,
    #[serde(skip)]
    sizes: f64,
}

impl Summary {
    /// Adds rows with their predictions, `None` for a row without one.
    pub fn add(&mut self, batch: &Batch, predicted: &[Option<Prediction>]) {
        if let Some(source) = batch.sources.first() {
            self.source.clone_from(&source.file);
        }
        self.warnings.extend(batch.warnings.iter().cloned());
        self.notes.extend(batch.remarks.iter().cloned());
        for (row, predicted) in predicted.iter().enumerate() {
            match (batch.truth(row), predicted) {
                (Some(Truth::Class(class)), predicted) => self.add_class(class, predicted.as_ref()),
                (Some(Truth::Numbers(numbers)), Some(predicted)) => self.add_numbers(numbers, predicted),
                _ => {}
            }
        }
    }

    fn add_class(&mut self, class: Option<u32>, predicted: Option<&Prediction>) {
        let score = self.scored.get_or_insert_default();
        if let (Some(class), Some(predicted)) = (class, predicted.and_then(Prediction::as_class)) {
            score.rows += 1;
            score.right += usize::from(class as usize == predicted.index());
            score.accuracy = Some(score.right as f64 / score.rows as f64);
        }
    }

    fn add_numbers(&mut self, numbers: &[f64], predicted: &Prediction) {
        let Some(predicted) = predicted.as_numbers() else { return };
        for (place, (name, value)) in predicted.iter().enumerate() {
            if self.errors.len() <= place {
                self.errors.push(Errors::of(name));
            }
            if let Some(truth) = numbers.get(place).filter(|truth| !truth.is_nan()) {
                self.errors[place].add(value - truth);
            }
        }
    }

    /// Whether there is something to say.
    pub fn is_empty(&self) -> bool {
        let says_nothing = self.warnings.is_empty() && self.notes.is_empty();
        says_nothing && self.scored.is_none() && self.errors.is_empty()
    }

    /// Prints notes, warnings and the score on standard error.
    pub fn print(&self, console: &mut Console) {
        for note in &self.notes {
            console.note(&format!("{}: {note}", self.source));
        }
        for sentence in sentences(&self.warnings) {
            console.warn(&format!("{}: {sentence}", self.source));
        }
        if let Some(score) = &self.scored {
            let sentence = match score.accuracy {
                Some(accuracy) => {
                    let (right, rows) = (count(score.right), count(score.rows));
                    format!("{right} of {rows} rows with a true class are predicted right ({})", percent(accuracy))
                }
                None => "no row has a true class to compare with".to_string(),
            };
            console.note(&format!("{}: {sentence}", self.source));
        }
        for errors in &self.errors {
            console.note(&format!("{}: {}", self.source, errors.sentence()));
        }
        if let Some(used) = self.used.as_ref().filter(|_| self.scored.is_some() || !self.errors.is_empty()) {
            console.note(&format!("{}: {}", self.source, used.sentence()));
        }
    }
}

impl Errors {
    fn of(target: &str) -> Self {
        Self { target: target.to_string(), rows: 0, rmse: None, mae: None, squares: 0.0, sizes: 0.0 }
    }

    fn add(&mut self, error: f64) {
        self.rows += 1;
        self.squares += error * error;
        self.sizes += error.abs();
        self.rmse = Some((self.squares / self.rows as f64).sqrt());
        self.mae = Some(self.sizes / self.rows as f64);
    }

    fn sentence(&self) -> String {
        let target = printable(&self.target);
        match (self.rmse, self.mae) {
            (Some(rmse), Some(mae)) => {
                let (rmse, mae, rows) = (number(rmse), number(mae), count(self.rows));
                format!("{target} is predicted with an RMSE of {rmse} and a mean error of {mae} over {rows} rows")
            }
            _ => format!("no row has a true {target} to compare with"),
        }
    }
}
