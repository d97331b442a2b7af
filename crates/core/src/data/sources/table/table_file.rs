//! Loads a CSV file: splits it, fits the encoding on the training rows and encodes all rows.

use std::path::PathBuf;

use super::division::Division;
use super::fit::fit;
use super::other_file::OtherFile;
use super::raw_table::RawTable;
use super::target::Target;
use crate::config::{CsvConfig, RunConfig, SplitConfig};
use crate::data::hash::TableHash;
use crate::data::{Dataset, Features, Progress, Samples, Source, SplitIndices};
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

    fn schema(&self, table: &RawTable, target: &Target, training_rows: &[usize]) -> Result<TableSchema> {
        let columns = fit(&table.named_columns(), training_rows, &self.config);
        Ok(TableSchema {
            target: table.names[table.target].clone(),
            classes: target.names.clone(),
            header: table.header,
            width: table.names.len(),
            id: table.row_columns.id.map(|id| table.names[id].clone()),
            notation: table.notation.clone(),
            occurrences: table.occurrences(),
            columns: columns.map_err(|problem| Error::data(self.name(), problem))?,
        })
    }

    /// Reads the validation and the test set that have files of their own, and adds them to `data`.
    fn add_other_files(&self, data: Dataset, schema: &TableSchema, hash: &mut TableHash) -> Result<(Dataset, usize)> {
        let (mut data, mut unseen_values) = (data, 0);
        let mut read = |path: &str, notes: &mut Vec<String>| {
            let file = OtherFile::read(path, schema, &self.config, hash)?;
            notes.extend(file.notes);
            unseen_values += file.unseen_values;
            Ok::<_, Error>(file.samples)
        };
        if !self.config.valid.is_empty() {
            let valid = read(&self.config.valid, &mut data.notes)?;
            data = data.with_validation_set(valid)?;
        }
        if !self.config.test.is_empty() {
            let test = read(&self.config.test, &mut data.notes)?;
            data = data.with_test_set(test)?;
        }
        Ok((data, unseen_values))
    }
}

impl Source for TableFile {
    fn load(&self, _progress: Progress) -> Result<Dataset> {
        let fail = |problem: String| Error::data(self.name(), problem);
        let mut table = RawTable::read(&self.path, &self.config, &self.split)?;
        let target = table.classes().map_err(fail)?;
        let by = table.row_columns.split_by(&table.read, &table.names).map_err(fail)?;
        let weights = table.row_columns.weights(&table.read, &table.names).map_err(fail)?;
        let division = Division::new(&by, &target.labels, target.names.len(), &self.config, &self.split)?;
        let schema = self.schema(&table, &target, &division.train)?;
        let mut hash = TableHash::default();
        hash.add_file(&table.deciding_columns());
        hash.add_test_rows(&division.test);

        let mut unseen_values = 0;
        let mut samples = |rows: &[usize]| {
            let encoded = schema.encode(&table.read, &table.used, rows).map_err(fail)?;
            unseen_values += encoded.unseen_values;
            let labels = rows.iter().map(|&row| target.labels[row]).collect();
            let samples = Samples::new(Features::Floats(encoded.features), labels, schema.features())?;
            samples.with_origins(table.origins(rows))
        };
        let (rows, validates) = division.training_set();
        let mut train = samples(&rows)?;
        let test = if division.test.is_empty() { None } else { Some(samples(&division.test)?) };
        if let Some(weights) = weights {
            if division.train.iter().all(|&row| weights[row] == 0.0) {
                let column = quoted(&self.config.weight);
                return Err(fail(format!(
                    "column {column}: every row that trains has the weight 0; at least one must count"
                )));
            }
            train = train.with_weights(rows.iter().map(|&row| weights[row]).collect())?;
        }
        let (valid, train_rows) = (0..rows.len()).partition(|&row| validates[row]);
        let data = Dataset::new(format!("csv:{}", self.name()), train, test, target.names, None)?;
        let split = Some(SplitIndices { train: train_rows, valid });
        let data = Dataset { split, notes: table.notes.drain(..).chain(target.note).collect(), ..data };
        let (mut data, unseen_elsewhere) = self.add_other_files(data, &schema, &mut hash)?;
        data.notes.extend(unseen_note(unseen_values + unseen_elsewhere));
        Ok(Dataset { table: Some(schema), table_hash: Some(hash.finish()), ..data })
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

/// Tests of columns that are not features.
#[cfg(test)]
#[path = "row_columns_tests.rs"]
mod row_columns_tests;

/// Tests of how a text of rows is read.
#[cfg(test)]
#[path = "reading_tests.rs"]
mod reading_tests;
