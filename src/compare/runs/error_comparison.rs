//! The errors of a run compared with those of the first one.

use serde::Serialize;

use crate::evaluation::RmseDifference;

/// The errors of one target compared with those of the first run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ErrorComparison {
    /// Name of the target.
    pub target: String,
    pub rows: usize,
    /// From the first run to this one.
    pub test: RmseDifference,
    /// The p-value corrected (Holm) for the number of comparisons; the p-value itself if there is only one.
    pub corrected_p_value: f64,
    /// Number of comparisons with the first run: other runs, times targets.
    pub comparisons: usize,
    /// Which run has the smaller errors.
    pub sentence: String,
    /// Whether the difference is more than chance, by the bootstrap.
    pub meaning: Option<String>,
}
