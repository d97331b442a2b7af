//! Reads a table's validation or test set from a file of its own.

use super::raw_table::leave_out_rows_without_class;
use crate::data::hash::{FileUse, TableHash};
use crate::data::{Features, Origins, Samples};
use crate::{Error, Result};
use burn_mlp_infer::csv::{Column, Table};
use burn_mlp_infer::table::{TableSchema, Warning};
use burn_mlp_infer::text::quoted;

/// The rows of a file.
pub(in crate::data) struct OtherFile {
    pub samples: Samples,
    /// Remarks for the user, each a sentence.
    pub notes: Vec<String>,
    /// What is unlike the training rows, by column.
    pub warnings: Vec<Warning>,
}

impl OtherFile {
    /// Reads `table` with a schema that the training rows fitted, and adds its rows to `hash`, if there is one.
    ///
    /// # Errors
    /// [`Error::Data`] if the file is not such a table, or has a class that the schema does not
    /// have.
    pub fn read(table: &Table, schema: &TableSchema, hash: Option<(&mut TableHash, FileUse)>) -> Result<Self> {
        let file = table.file.as_str();
        let fail = |problem: String| Error::data(file, problem);
        let mut columns = schema.read_columns(table)?;
        let target =
            columns.target.ok_or_else(|| fail(format!("has no column {} with the classes", quoted(&schema.target))))?;
        let note = leave_out_rows_without_class(&schema.target, target, &mut columns.read).map_err(fail)?;
        let labels = schema.labels(&columns.read.columns[target]);
        if let Some(row) = labels.iter().position(Option::is_none) {
            let (place, column) = (columns.read.lines.place(row), quoted(&schema.target));
            let value = quoted(&columns.read.columns[target].shown(row));
            return Err(fail(format!("{place}, column {column}: {value} is not a class of the training rows")));
        }
        let rows: Vec<usize> = (0..labels.len()).collect();
        let encoded = schema.encode(&columns.read, &columns.positions, &rows).map_err(fail)?;
        if let Some((hash, file_use)) = hash {
            let names = schema.columns.iter().map(|column| column.name.as_str());
            let used = names.zip(&columns.positions).map(|(name, &position)| (name, &columns.read.columns[position]));
            let target = (schema.target.as_str(), &columns.read.columns[target]);
            hash.add_file(file_use, &used.chain([target]).collect::<Vec<(&str, &Column)>>());
        }
        let labels = labels.into_iter().flatten().collect();
        let origins = Origins::of_table(&columns.read.lines, columns.ids(), &rows);
        let samples = Samples::new(Features::Floats(encoded.features), labels, schema.features())?;
        Ok(Self {
            samples: samples.with_origins(origins)?,
            notes: table.notes.iter().cloned().chain(note).map(|note| format!("{file}: {note}")).collect(),
            warnings: [columns.warnings, encoded.warnings].concat(),
        })
    }
}
