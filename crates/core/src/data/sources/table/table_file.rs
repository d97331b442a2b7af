//! Reads a table, with its validation and test set.

use std::path::Path;
use std::sync::Arc;

use super::formats::open_table;
use super::profile::ColumnProfile;
use super::read_tables::ReadTables;
use super::refusal::{TableSettings, read_or_refuse};
use crate::config::{CsvConfig, CsvHeader, MissingValues, RunConfig, Source as SourceName, SplitConfig, TaskName};
use crate::data::{Dataset, Progress, RawData, Source};
use crate::{Error, Result};
use burn_mlp_infer::csv::Table;
use burn_mlp_infer::table::TableSchema;

/// The sources `csv:FILE`, `parquet:FILE` and others whose rows are a table.
///
/// The target column contains classes or numbers. All other columns become features, encoded by a
/// [`TableSchema`] that is fitted only on the rows trained on, without validation and test rows.
#[derive(Debug, Clone)]
pub struct TableFile {
    /// As configured: `csv:FILE`.
    pub(super) source: SourceName,
    pub(super) config: CsvConfig,
    pub(super) split: SplitConfig,
    task: TaskName,
    /// Whether missing values are filled in although the configuration refuses them.
    pub(super) is_lenient: bool,
    /// How to encode the rows, if their own do not decide it.
    pub(super) schema: Option<TableSchema>,
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

    /// Reads an opened table, with the validation and the test set that the source has of its own, or else those of
    /// `csv.valid` and `csv.test`.
    ///
    /// # Errors
    /// See [`Source::load`].
    pub(in crate::data::sources) fn read_tables(
        &self,
        mut opened: Table,
        valid: Option<Table>,
        test: Option<Table>,
    ) -> Result<ReadTables> {
        let header = if opened.header { CsvHeader::Yes } else { self.config.header };
        let or_file = |own: Option<Table>, path: &str| match (own, path) {
            (None, path) if !path.is_empty() => open_table(Path::new(path), None, header, &self.config).map(Some),
            (own, _) => Ok(own),
        };
        let has_test_set = test.is_some() || !self.config.test.is_empty();
        let valid = or_file(valid, &self.config.valid)?;
        // In a cross-validation a fold takes the place of the test rows, which are not read.
        let test = if self.split.fold > 0 { None } else { or_file(test, &self.config.test)? };
        let settings = TableSettings { csv: self.config.clone(), split: self.split.clone(), task: self.task };
        let prepared = read_or_refuse(&mut opened, &self.source.to_string(), &settings)?;
        let file = self.clone();
        Ok(ReadTables { file, prepared, valid: valid.map(Arc::new), test: test.map(Arc::new), has_test_set })
    }

    fn read_all(&self) -> Result<ReadTables> {
        let SourceName::Table(format, path) = &self.source else {
            return Err(Error::config("data.source", format!("{} is not a table", self.source)));
        };
        self.read_tables(open_table(path, Some(*format), self.config.header, &self.config)?, None, None)
    }

    /// Fills in missing values.
    fn lenient(&self) -> Self {
        let config = CsvConfig { missing: MissingValues::Impute, ..self.config.clone() };
        Self { config, is_lenient: true, ..self.clone() }
    }
}

impl Source for TableFile {
    fn load(&self, _progress: Progress) -> Result<Dataset> {
        self.read_all()?.dataset()
    }

    fn read(&self, _progress: Progress) -> Result<RawData> {
        self.read_all().map(RawData::from)
    }

    /// Also describes a table that cannot be trained on because of its missing values.
    fn load_with_profile(&self, _progress: Progress) -> Result<(Dataset, Vec<ColumnProfile>)> {
        let describe = |file: &Self| file.read_all()?.described();
        describe(self).or_else(|refusal| match describe(&self.lenient()) {
            Ok((mut data, profile)) => {
                data.notes.push(format!("this table cannot be trained on: {refusal}"));
                Ok((data, profile))
            }
            Err(_) => Err(refusal),
        })
    }
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
