//! Judges rows of NumPy arrays.

use super::NewRows;
use super::numbers::judged;
use crate::Result;
use crate::config::Source;
use crate::data::sources::{NewArrays, OtherFile};
use burn_mlp_infer::ModelMetadata;

/// Reads arrays with their classes: those of the test rows if there are some.
pub fn read(source: &Source, metadata: &ModelMetadata) -> Result<NewRows> {
    let arrays = NewArrays::of_source(source)?;
    let are_of_test = arrays.are_of_test;
    let mut rows = match &metadata.table {
        Some(schema) => {
            let file = OtherFile::read(&arrays.into_table(schema)?, schema, None)?;
            NewRows { samples: file.samples, warnings: file.warnings, notes: file.notes }
        }
        None => judged(arrays.rows(metadata)?, "row", metadata, &source.to_string())?,
    };
    rows.notes.extend(are_of_test.then(|| "only the test rows are read".to_string()));
    Ok(rows)
}
