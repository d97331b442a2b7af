//! Permutation importance: what a model's predictions lose if a column's values are shuffled (Breiman 2001, "Random
//! Forests"; Fisher, Rudin, Dominici 2019, arXiv 1801.01489).

mod association;

use serde::{Deserialize, Serialize};

pub use association::{ColumnValues, groups};

/// What each column of a table contributes to a model's predictions.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Importance {
    /// The SHA-256 of the model's tensors.
    pub tensors_sha256: String,
    /// The split of the rows: `valid` or `test`.
    pub split: String,
    /// Number of rows that were predicted.
    pub rows: usize,
    /// How often each column was shuffled.
    pub repeats: usize,
    /// The metric that grows: `loss`, cross-entropy in nats, or `rmse`.
    pub metric: String,
    /// The metric of the rows as they are.
    pub base: f64,
    /// The columns, the most important first.
    pub columns: Vec<ColumnImportance>,
    /// Columns that say nearly the same, shuffled together. Alone, each looks unimportant, since the others stand in for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<ColumnImportance>,
}

/// How much the metric grows when these columns are shuffled together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ColumnImportance {
    /// One, or those of a group.
    pub columns: Vec<String>,
    /// Mean over the repeats, in the metric's unit. Below 0 if the shuffled column happened to predict better.
    pub mean: f64,
    /// Standard deviation over the repeats.
    pub deviation: f64,
}

/// Maximum number of names of a group that are shown.
const MAX_NAMES: usize = 5;

/// The names of a group's columns, at most five of them: "a, b and 7 more".
pub fn joined(columns: &[String]) -> String {
    match columns.len().checked_sub(MAX_NAMES) {
        Some(more @ 1..) => format!("{} and {more} more", columns[..MAX_NAMES].join(", ")),
        _ => columns.join(", "),
    }
}

impl ColumnImportance {
    /// Sums up what the metric grew by in each repeat; at least one.
    pub fn new(columns: Vec<String>, growths: &[f64]) -> Self {
        let count = growths.len().max(1) as f64;
        let mean = growths.iter().sum::<f64>() / count;
        let squares: f64 = growths.iter().map(|growth| (growth - mean).powi(2)).sum();
        let deviation = if growths.len() > 1 { (squares / (count - 1.0)).sqrt() } else { 0.0 };
        Self { columns, mean, deviation }
    }
}
