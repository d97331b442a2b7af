//! Encodes raw rows and records as the training rows were: the one way to what a network takes.

use serde::Serialize;
use serde_json::Value;

use crate::table::Warning;
use crate::{Error, ModelMetadata, Result};

impl ModelMetadata {
    /// Number of values of a raw row: the features, or a table's columns.
    pub fn raw_features(&self) -> usize {
        self.table.as_ref().map_or(self.features, |table| table.columns.len())
    }

    /// Encodes raw rows `[n, raw_features]`, row-major, as the training data had them: pixels from 0 to their maximum,
    /// other numbers unchanged, a table's columns with NaN for a missing value. Returns what the network takes,
    /// `[n, features]`, and what is unlike the training rows.
    ///
    /// # Errors
    /// [`Error::Data`] with the row if the values are not whole rows, one is not finite or is a pixel out of range, or the
    /// table has columns of text.
    pub fn encode_rows(&self, rows: &[f32]) -> Result<(Vec<f32>, Vec<Warning>)> {
        let width = self.raw_features();
        check_whole(rows, width)?;
        let (mut features, mut warnings) = (Vec::with_capacity(rows.len()), Vec::new());
        let checked = |&value: &f32| {
            let normalized = self.normalization.checked(value);
            normalized.map_err(|problem| format!("{value} {problem}"))
        };
        for (row, values) in rows.chunks_exact(width).enumerate() {
            let encoded = match &self.table {
                Some(table) => table.encode_numbers(values, Some(row + 1), &mut warnings),
                None => values.iter().map(checked).collect(),
            };
            features.extend(encoded.map_err(|problem| at_row(row, &problem))?);
        }
        warnings.extend(self.scaled_before(&features));
        Ok((features, warnings))
    }

    /// Warns of rows of pixels, normalised `[n, features]`, that had been scaled to 0 to 1 before.
    pub fn scaled_before(&self, features: &[f32]) -> Option<Warning> {
        let looks_applied_before = self.normalization.looks_applied_before(features);
        self.normalization.warning(looks_applied_before, features.len() / self.features)
    }

    /// Encodes a record of a model of a table: values by column name, as a struct that derives `Serialize` or a map.
    /// Returns what the network takes, `[features]`, and what is unlike the training rows.
    ///
    /// # Errors
    /// [`Error::Data`] if the model does not take a table, or with the column if it is absent, not of the column's type,
    /// or missing without an imputed value.
    pub fn encode_record(&self, record: &impl Serialize) -> Result<(Vec<f32>, Vec<Warning>)> {
        let refuse = |problem: String| Error::data("the record", problem);
        let table = self.table.as_ref().ok_or_else(|| {
            refuse(format!("needs a model of a table; this model takes rows of {} numbers", self.features))
        })?;
        let record = match serde_json::to_value(record) {
            Ok(Value::Object(record)) => record,
            Ok(_) => return Err(refuse("must be a map or struct of values by column name".to_string())),
            Err(error) => return Err(refuse(format!("cannot be serialised: {error}"))),
        };
        let mut warnings = Vec::new();
        let features = table.encode_record(&record, None, &mut warnings).map_err(refuse)?;
        Ok((features, warnings))
    }
}

pub(crate) fn check_whole(rows: &[f32], width: usize) -> Result<()> {
    match rows.len().is_multiple_of(width) {
        true => Ok(()),
        false => {
            Err(Error::data("the rows", format!("are not whole: {} values are not a multiple of {width}", rows.len())))
        }
    }
}

pub(crate) fn at_row(row: usize, problem: &str) -> Error {
    Error::data(format!("row {}", row + 1), problem)
}
