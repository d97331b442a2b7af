//! Rows to predict, with their origins and what is known about them.

use burn_mlp::infer::Truths;
use burn_mlp::infer::table::Warning;

use super::notes::Note;

/// Standard input, on the command line and in predictions.
pub const STANDARD_INPUT: &str = "-";

/// The input's name in a message.
pub fn display_name(name: &str) -> &str {
    if name == STANDARD_INPUT { "standard input" } else { name }
}

/// The origin of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub file: String,
    /// Line number, in a CSV file.
    pub line: Option<u64>,
    /// The row's id, if the model's table has a column of them.
    pub id: Option<String>,
}

impl Source {
    /// "digits/7.png", "rows.csv:12".
    pub fn shown(&self) -> String {
        self.line.map_or_else(|| self.file.clone(), |line| format!("{}:{line}", self.file))
    }
}

/// Rows ready for the network, with features of shape `[sources.len(), d]`.
#[derive(Default)]
pub struct Batch {
    pub features: Vec<f32>,
    pub sources: Vec<Source>,
    /// What the file says of each row, if it does.
    pub truths: Option<Truths>,
    pub notes: Vec<Note>,
    /// What is unlike the training rows, in the last rows of a file.
    pub warnings: Vec<Warning>,
    /// How a file was read, where it is not obvious, with its last rows.
    pub remarks: Vec<String>,
}

/// The true target of a row.
pub enum Truth<'a> {
    /// `None` where it is missing or not a class of the model.
    Class(Option<u32>),
    /// `[targets]`; NaN where one is missing.
    Numbers(&'a [f64]),
}

impl Batch {
    /// The true target of `row`, if the file has it.
    pub fn truth(&self, row: usize) -> Option<Truth<'_>> {
        match self.truths.as_ref()? {
            Truths::Classes(labels) => labels.get(row).copied().map(Truth::Class),
            Truths::Numbers(numbers) => {
                let targets = numbers.len() / self.sources.len().max(1);
                numbers.get(row * targets..(row + 1) * targets).map(Truth::Numbers)
            }
        }
    }
}
