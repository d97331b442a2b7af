//! Loads a CSV file: splits it, fits the encoding on the training rows and encodes all rows.

use std::path::{Path, PathBuf};

use super::fit::fit;
use super::formats;
use super::raw_table::RawTable;
use super::target::Target;
use crate::config::{CsvConfig, CsvHeader, RunConfig, SplitConfig};
use crate::data::split::{TestSplit, split_test_set};
use crate::data::{Dataset, Features, Progress, Samples, Source, stratified_split};
use crate::format::count;
use crate::{Error, Result};
use burn_mlp_infer::table::TableSchema;
use burn_mlp_infer::text::quoted;

/// The `csv:FILE` source.
///
/// The target column contains the classes. All other columns become features, encoded by a
/// [`TableSchema`] that is fitted only on the rows that train, without validation and test rows.
#[derive(Debug, Clone)]
pub struct TableFile {
    path: PathBuf,
    config: CsvConfig,
    split: SplitConfig,
}

impl TableFile {
    /// Creates a source of the table at `path`. `config` decides how to read it and which rows
    /// validate.
    pub fn new(path: impl Into<PathBuf>, config: &RunConfig) -> Self {
        Self { path: path.into(), config: config.csv.clone(), split: config.split.clone() }
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Splits a test set off, unless there is a test file or none is wanted.
    fn test_split(&self, target: &Target) -> Result<TestSplit> {
        let rows = target.labels.len();
        let all = TestSplit { train: (0..rows).collect(), test: Vec::new() };
        if !self.config.test.is_empty() || self.config.test_fraction == 0.0 {
            return Ok(all);
        }
        let CsvConfig { test_fraction, .. } = self.config;
        split_test_set(&target.labels, target.names.len(), test_fraction, self.split.seed, "csv.test_fraction")
    }

    fn read_test_file(&self, schema: &TableSchema, unseen_values: &mut usize) -> Result<Option<Samples>> {
        if self.config.test.is_empty() {
            return Ok(None);
        }
        let path = Path::new(&self.config.test);
        let name = path.display().to_string();
        let header = if schema.header { CsvHeader::Yes } else { CsvHeader::No };
        let rows = schema.read_rows(&formats::open(path, header, &self.config)?)?;
        *unseen_values += rows.unseen_values;
        let labels = rows
            .labels
            .ok_or_else(|| Error::data(&name, format!("has no column {} with the classes", quoted(&schema.target))))?;
        if let Some(row) = labels.iter().position(Option::is_none) {
            let place = rows.lines.place(row);
            let problem =
                format!("{place}, column {}: the value is not a class of {}", quoted(&schema.target), self.name());
            return Err(Error::data(&name, problem));
        }
        let labels = labels.into_iter().flatten().collect();
        Samples::new(Features::Floats(rows.features), labels, schema.features()).map(Some)
    }
}

impl Source for TableFile {
    fn load(&self, _progress: Progress) -> Result<Dataset> {
        let fail = |problem: String| Error::data(self.name(), problem);
        let mut table = RawTable::read(&self.path, &self.config)?;
        let target = table.classes().map_err(fail)?;
        let split = self.test_split(&target)?;
        let labels = |rows: &[usize]| rows.iter().map(|&row| target.labels[row]).collect::<Vec<_>>();
        let validation = stratified_split(&labels(&split.train), target.names.len(), self.split.valid, self.split.seed)?;
        let training_rows: Vec<usize> = validation.train.iter().map(|&row| split.train[row]).collect();
        let schema = TableSchema {
            target: table.names[table.target].clone(),
            classes: target.names.clone(),
            header: table.header,
            width: table.names.len(),
            columns: fit(&table.named_columns(), &training_rows, &self.config).map_err(fail)?,
        };
        let mut unseen_values = 0;
        let mut samples = |rows: &[usize]| {
            let encoded = schema.encode(&table.read, &table.used, rows).map_err(fail)?;
            unseen_values += encoded.unseen_values;
            Samples::new(Features::Floats(encoded.features), labels(rows), schema.features())
        };
        let train = samples(&split.train)?;
        let test = match split.test.is_empty() {
            true => self.read_test_file(&schema, &mut unseen_values)?,
            false => Some(samples(&split.test)?),
        };
        let mut notes = std::mem::take(&mut table.notes);
        notes.extend(unseen_note(unseen_values));
        let source = format!("csv:{}", self.name());
        let data = Dataset::new(source, train, test, target.names, None)?;
        Ok(Dataset { table: Some(schema), notes, ..data })
    }
}

fn unseen_note(values: usize) -> Option<String> {
    let of = "of text columns in validation and test rows";
    match values {
        0 => None,
        1 => Some(format!("1 value {of} does not occur in the training rows; its features are 0")),
        _ => Some(format!("{} values {of} do not occur in the training rows; their features are 0", count(values))),
    }
}

#[cfg(test)]
#[path = "table_file_tests.rs"]
mod tests;

/// Tests of everything that the training rows determine: scales, imputed values and categories.
#[cfg(test)]
#[path = "statistics_tests.rs"]
mod statistics_tests;
