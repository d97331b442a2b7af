//! The rows of a source, before any are held out or encoded.

use super::table::ReadTables;
use crate::Result;
use crate::config::SplitConfig;
use crate::data::Dataset;

/// What a source holds: all that runs which differ only in the rows that they hold out have in common.
pub struct RawData(Rows);

enum Rows {
    /// Divided before it is encoded, since only training rows may decide the encoding.
    Table(Box<ReadTables>),
    Encoded(Box<Dataset>),
}

impl RawData {
    /// Divides the rows as `split` says, and encodes those of a table. In a cross-validation the test set is the fold that
    /// `split.fold` names.
    ///
    /// # Errors
    /// As [`load`](super::load).
    pub fn dataset(&self, split: &SplitConfig) -> Result<Dataset> {
        match &self.0 {
            Rows::Table(tables) => tables.clone().divided_by(split).dataset(),
            Rows::Encoded(data) if split.fold == 0 => Ok(Dataset::clone(data)),
            Rows::Encoded(data) => data.hold_out_fold(split),
        }
    }

    /// As [`dataset`](Self::dataset), without a copy.
    ///
    /// # Errors
    /// As [`dataset`](Self::dataset).
    pub fn into_dataset(self, split: &SplitConfig) -> Result<Dataset> {
        match self.0 {
            Rows::Table(tables) => tables.divided_by(split).dataset(),
            Rows::Encoded(data) if split.fold == 0 => Ok(*data),
            Rows::Encoded(data) => data.hold_out_fold(split),
        }
    }
}

impl From<ReadTables> for RawData {
    fn from(tables: ReadTables) -> Self {
        Self(Rows::Table(Box::new(tables)))
    }
}

impl From<Dataset> for RawData {
    fn from(data: Dataset) -> Self {
        Self(Rows::Encoded(Box::new(data)))
    }
}
