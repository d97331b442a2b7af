//! Divides the rows of a table into those that train, validate and test.

use crate::Result;
use crate::config::{CsvConfig, SplitConfig};
use crate::data::split::{HeldOut, SplitBy};

/// Which rows of a file train, validate and test. Each list ascends; together they are all rows.
#[derive(Debug, PartialEq)]
pub(super) struct Division {
    pub train: Vec<usize>,
    pub valid: Vec<usize>,
    pub test: Vec<usize>,
}

impl Division {
    /// Divides rows with these `labels` as `by` decides. Nothing is held out for what has a file of
    /// its own.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) if no row is left for one of them.
    pub fn new(by: &SplitBy, labels: &[u32], classes: usize, csv: &CsvConfig, split: &SplitConfig) -> Result<Self> {
        let all: Vec<usize> = (0..labels.len()).collect();
        let fraction = |file: &str, fraction: f64| if file.is_empty() { fraction } else { 0.0 };
        let test = HeldOut::test("csv.test_fraction", fraction(&csv.test, csv.test_fraction), split.seed);
        let (rest, test) = by.hold_out(&all, labels, classes, test)?;
        let valid = HeldOut::validation(fraction(&csv.valid, split.valid), split.seed);
        let (train, valid) = by.hold_out(&rest, labels, classes, valid)?;
        Ok(Self { train, valid, test })
    }

    /// Returns the rows that train or validate, ascending, and which of them validate.
    pub fn training_set(&self) -> (Vec<usize>, Vec<bool>) {
        let mut rows: Vec<(usize, bool)> = self.train.iter().map(|&row| (row, false)).collect();
        rows.extend(self.valid.iter().map(|&row| (row, true)));
        rows.sort_unstable();
        rows.into_iter().unzip()
    }
}
