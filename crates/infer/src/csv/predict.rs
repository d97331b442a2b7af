//! Predicts files of rows.

use std::io::BufRead;

use super::rows::read_rows;
use crate::ranking::OVERFLOWS;
use crate::table::Warning;
use crate::{Error, Model, Prediction, Predictions, Result};

/// The text's name in messages.
const NAME: &str = "the CSV text";

/// Rows that are encoded at a time.
const BATCH: usize = 1024;

impl Model {
    /// Predicts every row of a CSV text, raw or, for a table, also gzip-compressed; see [`read_rows`] for its form.
    ///
    /// # Errors
    /// [`Error::Data`] with the line if a row cannot be used, or if the text has no rows.
    pub fn predict_csv(&self, reader: impl BufRead) -> Result<Predictions<'_>> {
        let mut predictions = Vec::new();
        let warnings = self.predict_csv_rows(reader, &mut |_, prediction| predictions.push(prediction))?;
        Ok(Predictions { predictions, warnings })
    }

    /// Predicts the rows of a CSV text as [`predict_csv`](Self::predict_csv), and passes each on with its line, also those
    /// before one that cannot be used. Returns what is unlike the training rows, by column.
    ///
    /// # Errors
    /// As [`predict_csv`](Self::predict_csv), after the rows before.
    pub fn predict_csv_rows<'m>(
        &'m self,
        reader: impl BufRead,
        take: &mut dyn FnMut(u64, Prediction<'m>),
    ) -> Result<Vec<Warning>> {
        let mut warnings = Vec::new();
        read_rows(self.metadata(), reader, NAME, BATCH, &mut |rows| {
            warnings.extend(rows.warnings);
            for (features, &line) in rows.features.chunks_exact(self.features()).zip(&rows.lines) {
                let overflows = |_| Error::data(NAME, format!("line {line}: {OVERFLOWS}"));
                take(line, self.predict_one(features).map_err(overflows)?);
            }
            Ok(())
        })?;
        Ok(warnings)
    }
}
