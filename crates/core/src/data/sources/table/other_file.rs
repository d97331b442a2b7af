//! Reads a table's validation or test set from a file of its own.

use super::raw_table::leave_out_rows_without_target;
use crate::data::hash::{FileUse, TableHash};
use crate::data::{Features, Origins, Samples, Targets};
use crate::{Error, Result};
use burn_mlp_infer::Truths;
use burn_mlp_infer::csv::{Column, SchemaColumns, Table};
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
        let mut left_out = Vec::new();
        for (name, &target) in schema.targets.iter().zip(&columns.targets) {
            left_out.extend(leave_out_rows_without_target(name, target, &mut columns.read).map_err(fail)?);
        }
        let mut warnings = Vec::new();
        let targets = targets(schema, &columns, &mut warnings).map_err(fail)?;
        let rows: Vec<usize> = (0..columns.read.rows()).collect();
        if let Some((hash, file_use)) = hash {
            let names = schema.columns.iter().map(|column| column.name.as_str());
            let used = names.zip(&columns.positions).map(|(name, &position)| (name, &columns.read.columns[position]));
            let target_names = schema.targets.iter().map(String::as_str);
            let target_columns =
                target_names.zip(&columns.targets).map(|(name, &target)| (name, &columns.read.columns[target]));
            hash.add_file(file_use, &used.chain(target_columns).collect::<Vec<(&str, &Column)>>());
        }
        let [encoded] = schema.encode(&mut columns.read, &columns.positions, [&rows]).map_err(fail)?;
        let origins = Origins::of_table(&columns.read.lines, columns.ids(), &rows);
        let samples = Samples::with_targets(Features::Floats(encoded.features), targets, schema.features())?;
        Ok(Self {
            samples: samples.with_origins(origins)?,
            notes: table.notes.iter().cloned().chain(left_out).map(|note| format!("{file}: {note}")).collect(),
            warnings: [columns.warnings, encoded.warnings, warnings].concat(),
        })
    }
}

/// Returns the targets of all rows, none of which is missing.
fn targets(
    schema: &TableSchema,
    columns: &SchemaColumns,
    warnings: &mut Vec<Warning>,
) -> std::result::Result<Targets, String> {
    match schema.truths(columns, warnings) {
        Some(Truths::Numbers(values)) => Ok(Targets::Numbers { values, count: schema.targets.len() }),
        Some(Truths::Classes(labels)) => {
            if let Some(row) = labels.iter().position(Option::is_none) {
                let (place, column) = (columns.read.lines.place(row), columns.targets[0]);
                let value = quoted(&columns.read.columns[column].shown(row));
                let name = quoted(&schema.targets[0]);
                return Err(format!("{place}, column {name}: {value} is not a class of the training rows"));
            }
            Ok(Targets::Classes(labels.into_iter().flatten().collect()))
        }
        None => {
            let names: Vec<String> = schema.targets.iter().map(|target| quoted(target)).collect();
            let (columns, what) = match schema.class_column() {
                Some(_) => ("column", "with the classes"),
                None if names.len() == 1 => ("column", "with the target"),
                None => ("columns", "with the targets"),
            };
            Err(format!("has no {columns} {} {what}", names.join(", ")))
        }
    }
}
