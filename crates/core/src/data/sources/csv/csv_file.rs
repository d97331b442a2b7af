//! The `csv:FILE` source: a table with a column of classes.

use std::path::{Path, PathBuf};

use super::fit::fit;
use super::raw_table::{RawTable, read_file};
use super::target::Target;
use crate::config::{CsvConfig, CsvHeader, RunConfig};
use crate::data::split::{SplitIndices, split_test_part};
use crate::data::{Dataset, Features, Progress, Samples, Source, stratified_split};
use crate::format::count;
use crate::{Error, Result};
use burn_mlp_infer::csv::Dialect;
use burn_mlp_infer::csv::Layout;
use burn_mlp_infer::table::TableSchema;
use burn_mlp_infer::text::quoted;

/// The `csv:FILE` source.
///
/// The target column names the classes. All other columns become features as [`TableSchema`] has it, by the statistics of
/// those rows alone that train: without the test part and without the validation part.
#[derive(Debug, Clone)]
pub struct CsvFile {
    path: PathBuf,
    config: CsvConfig,
    /// What decides which rows validate.
    valid_fraction: f64,
    seed: u64,
}

impl CsvFile {
    /// The table at `path`; `config` also says how it is read, and which rows will validate.
    pub fn new(path: impl Into<PathBuf>, config: &RunConfig) -> Self {
        Self { path: path.into(), config: config.csv.clone(), valid_fraction: config.split.valid, seed: config.seed }
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The rows to train and validate on, and those to test on, of a file without a test file.
    fn test_split(&self, target: &Target) -> Result<SplitIndices> {
        let rows = target.labels.len();
        let all = SplitIndices { train: (0..rows).collect(), valid: Vec::new() };
        if !self.config.test.is_empty() || self.config.test_fraction == 0.0 {
            return Ok(all);
        }
        let CsvConfig { test_fraction, test_seed, .. } = self.config;
        split_test_part(&target.labels, target.names.len(), test_fraction, test_seed, "csv.test_fraction")
    }

    fn read_test_file(&self, schema: &TableSchema, unseen_values: &mut usize) -> Result<Option<Samples>> {
        if self.config.test.is_empty() {
            return Ok(None);
        }
        let path = Path::new(&self.config.test);
        let name = path.display().to_string();
        let text = read_file(path)?;
        let header = if schema.header { CsvHeader::Yes } else { CsvHeader::No };
        let rows = schema.read_rows(&Layout::of(&text, Dialect::of(&text, self.config.delimiter, header), &name)?)?;
        *unseen_values += rows.unseen_values;
        let labels = rows
            .labels
            .ok_or_else(|| Error::data(&name, format!("has no column {} with the classes", quoted(&schema.target))))?;
        if let Some(row) = labels.iter().position(Option::is_none) {
            let line = rows.lines[row];
            let problem =
                format!("line {line}, column {}: it names no class of {}", quoted(&schema.target), self.name());
            return Err(Error::data(&name, problem));
        }
        let labels = labels.into_iter().flatten().collect();
        Samples::new(Features::Floats(rows.features), labels, schema.features()).map(Some)
    }
}

impl Source for CsvFile {
    fn load(&self, _progress: Progress) -> Result<Dataset> {
        let fail = |problem: String| Error::data(self.name(), problem);
        let mut table = RawTable::read(&self.path, &self.config)?;
        let target = table.classes().map_err(fail)?;
        let parts = self.test_split(&target)?;
        let labels = |rows: &[usize]| rows.iter().map(|&row| target.labels[row]).collect::<Vec<_>>();
        let validation = stratified_split(&labels(&parts.train), target.names.len(), self.valid_fraction, self.seed)?;
        let training_rows: Vec<usize> = validation.train.iter().map(|&row| parts.train[row]).collect();
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
        let train = samples(&parts.train)?;
        let test = match parts.valid.is_empty() {
            true => self.read_test_file(&schema, &mut unseen_values)?,
            false => Some(samples(&parts.valid)?),
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
        1 => Some(format!("1 value {of} comes in no row that trains; its features are 0")),
        _ => Some(format!("{} values {of} come in no row that trains; their features are 0", count(values))),
    }
}

#[cfg(test)]
#[path = "csv_file_tests.rs"]
mod tests;
