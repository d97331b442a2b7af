//! Divides the rows of a source into those that train, validate and test.

use super::split::{HeldOut, SplitBy};
use crate::Result;
use crate::config::SplitConfig;

/// Fractions of the rows that are held out; 0 for what the source has of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeldOutFractions<'a> {
    pub valid: f64,
    pub test: f64,
    /// The setting of `test`, for messages.
    pub test_key: &'a str,
}

/// Which rows of a source train, validate and test. Each list ascends; no row is in two of them.
#[derive(Debug, PartialEq)]
pub(super) struct Division {
    pub train: Vec<usize>,
    pub valid: Vec<usize>,
    /// The test rows; in a cross-validation the held-out fold, and the test rows are in no list.
    pub test: Vec<usize>,
    /// Number of test rows that a cross-validation leaves out.
    pub left_out: usize,
}

impl Division {
    /// Divides rows with these `labels` as `by` and `split` decide.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) if no row is left for one of them.
    pub fn new(
        by: &SplitBy,
        labels: &[u32],
        classes: usize,
        fractions: HeldOutFractions,
        split: &SplitConfig,
    ) -> Result<Self> {
        let all: Vec<usize> = (0..labels.len()).collect();
        let test = HeldOut::test(fractions.test_key, fractions.test, split.seed);
        let (mut rest, mut test) = by.hold_out(&all, labels, classes, test)?;
        let mut left_out = 0;
        if split.fold > 0 {
            left_out = test.len();
            (rest, test) = by.hold_out_fold(&rest, labels, classes, split)?;
        }
        let valid = HeldOut::validation(fractions.valid, split.seed);
        let (train, valid) = by.hold_out(&rest, labels, classes, valid)?;
        Ok(Self { train, valid, test, left_out })
    }

    /// Returns the rows for training and validation, ascending, and which of them are for validation.
    pub fn training_set(&self) -> (Vec<usize>, Vec<bool>) {
        let mut rows: Vec<(usize, bool)> = self.train.iter().map(|&row| (row, false)).collect();
        rows.extend(self.valid.iter().map(|&row| (row, true)));
        rows.sort_unstable();
        rows.into_iter().unzip()
    }
}

/// Returns which rows of a training set with these `labels` train. `valid` is the fraction that is drawn to validate.
///
/// # Errors
/// As [`Division::new`].
pub(super) fn training_rows(labels: &[u32], classes: usize, valid: f64, split: &SplitConfig) -> Result<Vec<usize>> {
    let fractions = HeldOutFractions { valid, test: 0.0, test_key: "split.folds" };
    Ok(Division::new(&SplitBy::Class, labels, classes, fractions, split)?.train)
}
