//! Divides the rows of a table into those that train, validate and test.

use crate::Result;
use crate::data::split::{HeldOut, SplitBy};

/// Fractions of the rows that are held out; 0 for what the source has of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeldOutFractions {
    pub valid: f64,
    pub test: f64,
}

/// Which rows of a file train, validate and test. Each list ascends; together they are all rows.
#[derive(Debug, PartialEq)]
pub(super) struct Division {
    pub train: Vec<usize>,
    pub valid: Vec<usize>,
    pub test: Vec<usize>,
}

impl Division {
    /// Divides rows with these `labels` as `by` decides, from `seed`.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) if no row is left for one of them.
    pub fn new(by: &SplitBy, labels: &[u32], classes: usize, fractions: HeldOutFractions, seed: u64) -> Result<Self> {
        let all: Vec<usize> = (0..labels.len()).collect();
        let test = HeldOut::test("csv.test_fraction", fractions.test, seed);
        let (rest, test) = by.hold_out(&all, labels, classes, test)?;
        let valid = HeldOut::validation(fractions.valid, seed);
        let (train, valid) = by.hold_out(&rest, labels, classes, valid)?;
        Ok(Self { train, valid, test })
    }

    /// Returns the rows for training and validation, ascending, and which of them are for validation.
    pub fn training_set(&self) -> (Vec<usize>, Vec<bool>) {
        let mut rows: Vec<(usize, bool)> = self.train.iter().map(|&row| (row, false)).collect();
        rows.extend(self.valid.iter().map(|&row| (row, true)));
        rows.sort_unstable();
        rows.into_iter().unzip()
    }
}
