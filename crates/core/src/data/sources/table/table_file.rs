//! Loads a table: splits it, fits the encoding on the training rows and encodes all rows.

use std::path::Path;

use super::fit::{Fitted, fit};
use super::formats::open_table;
use super::other_file::OtherFile;
use super::other_sides::check_other_sides;
use super::prepared::Prepared;
use super::profile::ColumnProfile;
use super::raw_table::RawTable;
use super::refusal::{TableSettings, read_or_refuse};
use super::target::Target;
use crate::config::{CsvConfig, CsvHeader, MissingValues, RunConfig, Source as SourceName, SplitConfig, TaskName};
use crate::data::division::{Division, HeldOutFractions};
use crate::data::hash::{FileUse, TableHash, hash_of_rows};
use crate::data::{Dataset, Features, Progress, Samples, Source, SplitIndices};
use crate::format::count;
use crate::{Error, Result};
use burn_mlp_infer::csv::{Encoded, Table};
use burn_mlp_infer::table::{TableColumn, TableSchema, Unlike, Warning, sentences};
use burn_mlp_infer::text::quoted;

/// The sources `csv:FILE`, `parquet:FILE` and others whose rows are a table.
///
/// The target column contains classes or numbers. All other columns become features, encoded by a
/// [`TableSchema`] that is fitted only on the rows trained on, without validation and test rows.
#[derive(Debug, Clone)]
pub struct TableFile {
    /// As configured: `csv:FILE`.
    source: SourceName,
    config: CsvConfig,
    split: SplitConfig,
    task: TaskName,
    /// Whether missing values are filled in although the configuration refuses them.
    is_lenient: bool,
    /// How to encode the rows, if their own do not decide it.
    schema: Option<TableSchema>,
}

impl TableFile {
    /// Creates the `source` of a table. `config` decides how to read it and which rows validate.
    pub fn new(source: SourceName, config: &RunConfig) -> Self {
        let (csv, split) = (config.csv.clone(), config.split.clone());
        Self { source, config: csv, split, task: config.data.task, is_lenient: false, schema: None }
    }

    /// Encodes the rows by `schema`, if there is one, instead of fitting one to those that train.
    pub fn encoded_by(self, schema: Option<TableSchema>) -> Self {
        Self { schema, ..self }
    }

    /// The schema that is given, or else one that is fitted. Leaves out the columns that it does not use.
    fn schema(&self, table: &mut RawTable, target: &Target, training_rows: &[usize]) -> Result<TableSchema> {
        match &self.schema {
            Some(schema) => {
                table.use_columns_of(schema)?;
                Ok(schema.clone())
            }
            None => self.fitted_schema(table, target, training_rows),
        }
    }

    fn fitted_schema(&self, table: &mut RawTable, target: &Target, training_rows: &[usize]) -> Result<TableSchema> {
        let Fitted { columns, places, notes } =
            fit(&table.named_columns(), &table.notation.meanings, training_rows, &self.config);
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
            embedding_size: if columns.iter().any(TableColumn::is_embedded) { self.config.embedding_size } else { 0 },
            other_encodings: Vec::new(),
            columns,
        })
    }

    /// Loads an opened table, with the validation and the test set that the source has of its own, or else those of
    /// `csv.valid` and `csv.test`.
    ///
    /// # Errors
    /// See [`Source::load`].
    pub(in crate::data::sources) fn load_tables(
        &self,
        opened: Table,
        valid: Option<Table>,
        test: Option<Table>,
    ) -> Result<Dataset> {
        Ok(self.load_described(opened, valid, test, false)?.0)
    }

    /// Loads as [`load_tables`](Self::load_tables); if `describe`, also describes the columns.
    fn load_described(
        &self,
        opened: Table,
        valid: Option<Table>,
        test: Option<Table>,
        describe: bool,
    ) -> Result<(Dataset, Vec<ColumnProfile>)> {
        let header = if opened.header { CsvHeader::Yes } else { self.config.header };
        let or_file = |own: Option<Table>, path: &str| match (own, path) {
            (None, path) if !path.is_empty() => open_table(Path::new(path), None, header, &self.config).map(Some),
            (own, _) => Ok(own),
        };
        let has_test_set = test.is_some() || !self.config.test.is_empty();
        let valid = or_file(valid, &self.config.valid)?;
        // In a cross-validation a fold takes the place of the test rows, which are not read.
        let test = if self.split.fold > 0 { None } else { or_file(test, &self.config.test)? };
        let name = opened.file.clone();
        let fail = |problem: String| Error::data(&name, problem);
        let source = self.source.to_string();
        let mut opened = opened;
        let settings = TableSettings { csv: self.config.clone(), split: self.split.clone(), task: self.task };
        let Prepared { mut table, target, by, weights } = read_or_refuse(&mut opened, &source, &settings)?;
        let held_out = HeldOutFractions {
            valid: if valid.is_some() { 0.0 } else { self.split.valid },
            test: if has_test_set { 0.0 } else { self.config.test_fraction },
            test_key: "csv.test_fraction",
        };
        let (strata, strata_count) = target.strata(table.read.rows());
        let division = Division::new(&by, &strata, strata_count, held_out, &self.split)?;
        let others: Vec<&Table> = valid.iter().chain(&test).collect();
        let side_notes = check_other_sides(&table, &by, &division.train, &others, self.config.date_order)?;
        let mut hash = TableHash::default();
        hash.add_file(FileUse::Train, &table.deciding_columns());
        let schema = self.schema(&mut table, &target, &division.train)?;
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
                Unlike::Missing { .. } => !self.is_lenient,
                // A note describes how rare texts are encoded.
                Unlike::Unseen { rare } => !rare,
                _ => true,
            };
            let warnings: Vec<Warning> = encoded.warnings.into_iter().filter(is_said).collect();
            notes.extend(notes_of(name, &warnings));
            let features = Features::Floats(encoded.features);
            let samples = Samples::with_targets(features, target.of_rows(rows), schema.features())?;
            let samples = samples.with_origins(table.origins(rows))?;
            if self.split.fold > 0 { samples.with_row_numbers(rows.to_vec()) } else { Ok(samples) }
        };
        let mut train = samples("training and validation rows", &rows, encoded_train)?;
        let drawn = is_drawn.then(|| samples("test rows", &division.test, encoded_test)).transpose()?;
        if let Some(weights) = weights {
            if division.train.iter().all(|&row| weights[row] == 0.0) {
                let column = quoted(&self.config.weight);
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
        let mut read = |table: Table, file_use: FileUse, notes: &mut Vec<String>| {
            let file = OtherFile::read(&table, &schema, Some((&mut hash, file_use)))?;
            notes.extend(file.notes);
            notes.extend(notes_of(&table.file, &file.warnings));
            Ok::<_, Error>(file.samples)
        };
        if let Some(valid) = valid {
            let valid = read(valid, FileUse::Valid, &mut data.notes)?;
            data = data.with_validation_set(valid)?;
        }
        if let Some(test) = test {
            let test = read(test, FileUse::Test, &mut data.notes)?;
            data = data.with_test_set(test)?;
        }
        Ok((Dataset { table: Some(schema), table_hash: Some(hash.finish()), drawn_test_hash, ..data }, profile))
    }

    fn open(&self) -> Result<Table> {
        let SourceName::Table(format, path) = &self.source else {
            return Err(Error::config("data.source", format!("{} is not a table", self.source)));
        };
        open_table(path, Some(*format), self.config.header, &self.config)
    }

    /// Fills in missing values.
    fn lenient(&self) -> Self {
        let config = CsvConfig { missing: MissingValues::Impute, ..self.config.clone() };
        Self { config, is_lenient: true, ..self.clone() }
    }
}

impl Source for TableFile {
    fn load(&self, _progress: Progress) -> Result<Dataset> {
        self.load_tables(self.open()?, None, None)
    }

    /// Also describes a table that cannot be trained on because of its missing values.
    fn load_with_profile(&self, _progress: Progress) -> Result<(Dataset, Vec<ColumnProfile>)> {
        let describe = |file: &Self| file.load_described(file.open()?, None, None, true);
        describe(self).or_else(|refusal| match describe(&self.lenient()) {
            Ok((mut data, profile)) => {
                data.notes.push(format!("this table cannot be trained on: {refusal}"));
                Ok((data, profile))
            }
            Err(_) => Err(refusal),
        })
    }
}

/// What of these rows is unlike those that train.
fn notes_of(rows: &str, warnings: &[Warning]) -> impl Iterator<Item = String> {
    sentences(warnings).into_iter().map(move |sentence| format!("{rows}: {sentence}"))
}

#[cfg(test)]
#[path = "table_file_tests.rs"]
mod tests;

/// Tests of everything that the training rows determine: scales, imputed values and categories.
#[cfg(test)]
#[path = "statistics_tests.rs"]
mod statistics_tests;

/// Tests of columns that are not features.
#[cfg(test)]
#[path = "row_columns_tests.rs"]
mod row_columns_tests;

/// Tests of how a text of rows is read.
#[cfg(test)]
#[path = "reading_tests.rs"]
mod reading_tests;

/// Tests of what is refused, and with which way out.
#[cfg(test)]
#[path = "refusal_tests.rs"]
mod refusal_tests;

/// Tests that nothing depends on rows that do not train.
#[cfg(test)]
#[path = "leak_tests.rs"]
mod leak_tests;
