//! Makes a data set of a table that is read: divides its rows, fits the encoding on the training rows and encodes all rows.

use std::sync::Arc;

use super::fit::{Fitted, fit};
use super::other_file::OtherFile;
use super::other_sides::check_other_sides;
use super::prepared::Prepared;
use super::profile::ColumnProfile;
use super::raw_table::RawTable;
use super::table_file::TableFile;
use super::target::Target;
use crate::config::SplitConfig;
use crate::data::division::{Division, HeldOutFractions};
use crate::data::hash::{FileUse, TableHash, hash_of_rows};
use crate::data::{Dataset, Features, Samples, SplitIndices};
use crate::format::count;
use crate::{Error, Result};
use burn_mlp_infer::csv::{Encoded, Table};
use burn_mlp_infer::table::{TableColumn, TableSchema, Unlike, Warning, sentences};
use burn_mlp_infer::text::quoted;

/// A table as read, with its validation and its test set.
#[derive(Clone)]
pub(in crate::data::sources) struct ReadTables {
    pub(super) file: TableFile,
    pub(super) prepared: Prepared,
    pub(super) valid: Option<Arc<Table>>,
    pub(super) test: Option<Arc<Table>>,
    /// Whether there is a test set, even if it is not read.
    pub(super) has_test_set: bool,
}

impl ReadTables {
    /// Divides the rows by `split` instead of the settings that they were read with.
    pub fn divided_by(mut self, split: &SplitConfig) -> Self {
        self.file.split = split.clone();
        self
    }

    /// Divides and encodes the rows.
    ///
    /// # Errors
    /// See [`Source::load`](crate::data::Source::load).
    pub fn dataset(self) -> Result<Dataset> {
        Ok(self.encode(false)?.0)
    }

    /// Divides and encodes the rows, and describes the columns.
    ///
    /// # Errors
    /// As [`dataset`](Self::dataset).
    pub fn described(self) -> Result<(Dataset, Vec<ColumnProfile>)> {
        self.encode(true)
    }

    fn encode(self, describe: bool) -> Result<(Dataset, Vec<ColumnProfile>)> {
        let Self { file, prepared, valid, test, has_test_set } = self;
        let Prepared { mut table, target, by, weights } = prepared;
        let (name, source) = (table.file.clone(), file.source.to_string());
        let fail = |problem: String| Error::data(&name, problem);
        let held_out = HeldOutFractions {
            valid: if valid.is_some() { 0.0 } else { file.split.valid },
            test: if has_test_set { 0.0 } else { file.config.test_fraction },
            test_key: "csv.test_fraction",
        };
        let (strata, strata_count) = target.strata(table.read.rows());
        let division = Division::new(&by, &strata, strata_count, held_out, &file.split)?;
        let others: Vec<&Table> = valid.iter().chain(&test).map(Arc::as_ref).collect();
        let side_notes = check_other_sides(&table, &by, &division.train, &others, file.config.date_order)?;
        let mut hash = TableHash::default();
        hash.add_file(FileUse::Train, &table.deciding_columns());
        let schema = schema_of(&file, &mut table, &target, &division.train)?;
        let is_drawn = !division.test.is_empty();
        let drawn_test_hash = is_drawn.then(|| hash_of_rows(&division.test));

        let mut notes = std::mem::take(&mut table.notes);
        notes.extend(side_notes);
        if let Target::Classes(classes) = &target {
            notes.extend(classes.note_rare_classes(&table.names[table.targets[0]], &division, &by));
        }
        if division.left_out > 0 {
            notes.push(format!(
                "{} test rows are in no fold, for a test at the end; set csv.test_fraction=0 to divide all rows",
                count(division.left_out)
            ));
        }
        let (rows, validates) = division.training_set();
        let profile = match describe {
            true => table.profile(&schema, &rows, &target.bins()),
            false => Vec::new(),
        };
        let encoded = schema.encode(&mut table.read, &table.used, [&rows, &division.test]);
        let [encoded_train, encoded_test] = encoded.map_err(fail)?;
        let mut samples = |name: &str, rows: &[usize], encoded: Encoded| {
            let is_said = |warning: &Warning| match warning.unlike {
                // What training refuses is not filled in.
                Unlike::Missing { .. } => !file.is_lenient,
                // A note describes how rare texts are encoded.
                Unlike::Unseen { rare } => !rare,
                _ => true,
            };
            let warnings: Vec<Warning> = encoded.warnings.into_iter().filter(is_said).collect();
            notes.extend(notes_of(name, &warnings));
            let features = Features::Floats(encoded.features);
            let samples = Samples::with_targets(features, target.of_rows(rows), schema.features())?;
            let samples = samples.with_origins(table.origins(rows))?;
            if file.split.fold > 0 { samples.with_row_numbers(rows.to_vec()) } else { Ok(samples) }
        };
        let mut train = samples("training and validation rows", &rows, encoded_train)?;
        let drawn = is_drawn.then(|| samples("test rows", &division.test, encoded_test)).transpose()?;
        if let Some(weights) = weights {
            if division.train.iter().all(|&row| weights[row] == 0.0) {
                let column = quoted(&file.config.weight);
                return Err(fail(format!(
                    "column {column}: every row that trains has the weight 0; at least one must count"
                )));
            }
            train = train.with_weights(rows.iter().map(|&row| weights[row]).collect())?;
        }
        let (validating, training) = (0..rows.len()).partition(|&row| validates[row]);
        let data = match target {
            Target::Classes(classes) => {
                notes.extend(classes.notes);
                Dataset::new(source, train, drawn, classes.names, None)?
            }
            Target::Numbers { .. } => Dataset::regression(source, train, drawn, schema.targets.clone())?,
        };
        let split = Some(SplitIndices { train: training, valid: validating });
        let mut data = Dataset { split, notes, ..data };
        let mut read = |table: &Table, file_use: FileUse, notes: &mut Vec<String>| {
            let other = OtherFile::read(table, &schema, Some((&mut hash, file_use)))?;
            notes.extend(other.notes);
            notes.extend(notes_of(&table.file, &other.warnings));
            Ok::<_, Error>(other.samples)
        };
        if let Some(valid) = valid {
            let valid = read(&valid, FileUse::Valid, &mut data.notes)?;
            data = data.with_validation_set(valid)?;
        }
        if let Some(test) = test {
            let test = read(&test, FileUse::Test, &mut data.notes)?;
            data = data.with_test_set(test)?;
        }
        Ok((Dataset { table: Some(schema), table_hash: Some(hash.finish()), drawn_test_hash, ..data }, profile))
    }
}

/// The schema that is given, or else one that is fitted. Leaves out the columns that it does not use.
fn schema_of(file: &TableFile, table: &mut RawTable, target: &Target, training_rows: &[usize]) -> Result<TableSchema> {
    match &file.schema {
        Some(schema) => {
            table.use_columns_of(schema)?;
            Ok(schema.clone())
        }
        None => fitted_schema(file, table, target, training_rows),
    }
}

fn fitted_schema(
    file: &TableFile,
    table: &mut RawTable,
    target: &Target,
    training_rows: &[usize],
) -> Result<TableSchema> {
    let Fitted { columns, places, notes } =
        fit(&table.named_columns(), &table.notation.meanings, training_rows, &file.config);
    if columns.is_empty() {
        let problem = format!("has no column left as a feature: {}", notes.join("; "));
        return Err(Error::data(&table.file, problem));
    }
    table.used = places.into_iter().map(|place| table.used[place]).collect();
    table.notes.extend(notes);
    Ok(TableSchema {
        targets: table.target_names(),
        classes: match target {
            Target::Classes(classes) => classes.names.clone(),
            Target::Numbers { .. } => Vec::new(),
        },
        header: table.header,
        width: table.names.len(),
        id: table.row_columns.id.map(|id| table.names[id].clone()),
        notation: table.notation.clone(),
        occurrences: table.occurrences(),
        embedding_size: if columns.iter().any(TableColumn::is_embedded) { file.config.embedding_size } else { 0 },
        other_encodings: Vec::new(),
        columns,
    })
}

/// What of these rows is unlike those that train.
fn notes_of(rows: &str, warnings: &[Warning]) -> impl Iterator<Item = String> {
    sentences(warnings).into_iter().map(move |sentence| format!("{rows}: {sentence}"))
}
