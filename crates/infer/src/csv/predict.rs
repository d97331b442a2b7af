//! Predicts files of rows.

use std::io::BufRead;

use super::rows::read_rows;
use crate::{Error, Model, Prediction, Result};

/// Rows that are encoded at a time.
const BATCH: usize = 1024;

impl Model {
    /// Predicts every row of a CSV text, raw or, for a table, also gzip-compressed; see [`read_rows`] for its form.
    ///
    /// # Errors
    /// [`Error::Data`] with the line if a row cannot be used, or if the text has no rows.
    pub fn predict_csv(&self, reader: impl BufRead) -> Result<Vec<Prediction<'_>>> {
        const NAME: &str = "the CSV text";
        let mut predictions = Vec::new();
        read_rows(self.metadata(), reader, NAME, BATCH, &mut |rows| {
            let first = rows.lines.first().copied().unwrap_or(0);
            let predicted = self.predict_normalized(&rows.features);
            predictions.extend(predicted.map_err(|error| Error::data(NAME, format!("from line {first}: {error}")))?);
            Ok(())
        })?;
        Ok(predictions)
    }
}
