//! Two models on the same rows: how often both, one, or neither is right.

use serde::Serialize;

use crate::evaluation::{McNemar, PredictionRow};

/// Counts of the rows on which two models agree, with McNemar's test of the rest. The first model
/// is that of the first run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    pub rows: usize,
    pub both_right: usize,
    pub both_wrong: usize,
    /// Includes the numbers of rows that only one of the models predicts correctly.
    pub test: McNemar,
    /// The p-value corrected (Holm) for the number of runs that are compared with the first; the
    /// p-value itself if there is only one.
    pub corrected_p_value: f64,
    /// Number of runs that are compared with the first.
    pub comparisons: usize,
}

impl Agreement {
    /// Counts the rows of two models' predictions, which must be in the same order.
    pub(super) fn count(first: &[PredictionRow], other: &[PredictionRow]) -> Self {
        let is_right = |row: &PredictionRow| row.true_class == row.predicted_class;
        // Neither, only the other, only the first, both.
        let mut counts = [0_usize; 4];
        for (row, other) in first.iter().zip(other) {
            counts[2 * usize::from(is_right(row)) + usize::from(is_right(other))] += 1;
        }
        let test = McNemar::new(counts[2] as u64, counts[1] as u64);
        Self {
            rows: first.len(),
            both_right: counts[3],
            both_wrong: counts[0],
            corrected_p_value: test.p_value,
            comparisons: 1,
            test,
        }
    }
}
