//! Rows of a source that is not the model's own, encoded for the model, to evaluate it on.

mod arrays;
mod images;
mod numbers;

use std::path::Path;

use super::sources::{self, OtherFile, open_table};
use super::{Progress, Samples, Targets};
use crate::config::{CsvConfig, CsvDelimiter, CsvHeader, RunConfig, Source, TableFormat};
use crate::{Error, Result};
use burn_mlp_infer::ModelMetadata;
use burn_mlp_infer::csv::Table;
use burn_mlp_infer::table::{TableSchema, Warning, class_of};
use burn_mlp_infer::text::quoted;

/// Rows with the classes of a model.
#[derive(Debug)]
pub struct NewRows {
    pub samples: Samples,
    /// What is unlike the training rows.
    pub warnings: Vec<Warning>,
    /// Remarks on what was read, each a sentence.
    pub notes: Vec<String>,
}

impl NewRows {
    /// Reads `config.data.source` for the model that `metadata` describes: the test rows if there are some, otherwise
    /// all rows.
    ///
    /// # Errors
    /// If the source cannot be read, does not fit the model, or a row has a class that the model does not know.
    pub fn read(config: &RunConfig, metadata: &ModelMetadata, progress: Progress) -> Result<Self> {
        match (config.data.source.parse()?, &metadata.table) {
            (Source::Table(format, path), Some(schema)) => of_table(format, &path, schema, &config.csv),
            (Source::Table(_, path), None) => numbers::of_file(&path, metadata),
            (source @ (Source::Npy(..) | Source::Npz(_)), _) => arrays::read(&source, metadata),
            (source, Some(_)) => {
                let problem = "does not hold the columns that the model takes; name a table, such as csv:FILE";
                Err(Error::data(source.to_string(), problem))
            }
            (Source::Images(directory), None) => images::read(&directory, config, metadata, progress),
            (Source::Idx(directory), None) => numbers::of_idx(directory, config, metadata),
            (_, None) => of_dataset(config, metadata, progress),
        }
    }
}

fn of_table(format: TableFormat, path: &Path, schema: &TableSchema, config: &CsvConfig) -> Result<NewRows> {
    let config = CsvConfig { delimiter: CsvDelimiter::Auto, ..config.clone() };
    let table = open_like(schema, |header| open_table(path, Some(format), header, &config))?;
    let file = OtherFile::read(&table, schema, None)?;
    Ok(NewRows { samples: file.samples, warnings: file.warnings, notes: file.notes })
}

/// Opens a table for a model of a table: with names if its training file had them. A file for a model without names may
/// still have some; when in doubt, it is read as one without.
pub(super) fn open_like(schema: &TableSchema, open: impl Fn(CsvHeader) -> Result<Table>) -> Result<Table> {
    match schema.header {
        true => open(CsvHeader::Yes),
        false => open(CsvHeader::Auto).or_else(|_| open(CsvHeader::No)),
    }
}

/// Reads the test rows of a whole data set, or all its rows if it has none.
fn of_dataset(config: &RunConfig, metadata: &ModelMetadata, progress: Progress) -> Result<NewRows> {
    let data = sources::load(config, progress)?;
    let is_regression = data.is_regression();
    let (rows, notes) = match data.test {
        Some(test) => (test, vec!["only the test rows are read".to_string()]),
        None => (data.train, Vec::new()),
    };
    if rows.dimension() != metadata.features || data.image_shape != metadata.image_shape {
        let problem = format!("has rows of {} features; the model takes {}", rows.dimension(), metadata.features);
        return Err(Error::data(&data.source, problem));
    }
    let class = |label: &u32| {
        let name = &data.class_names[*label as usize];
        class_of(metadata.class_names(), name).ok_or_else(|| {
            let problem = format!("has the class {}, but the model knows {}", quoted(name), listed(metadata));
            Error::data(&data.source, problem)
        })
    };
    if is_regression != metadata.class_names().is_empty() {
        return Err(Error::data(&data.source, "has targets of another kind than the model's"));
    }
    let labels = rows.labels().iter().map(class).collect::<Result<_>>()?;
    let (features, targets) = rows.into_parts();
    let targets = if is_regression { targets } else { Targets::Classes(labels) };
    Ok(NewRows { samples: Samples::with_targets(features, targets, metadata.features)?, warnings: Vec::new(), notes })
}

/// The first class names.
fn listed(metadata: &ModelMetadata) -> String {
    let names: Vec<String> = metadata.class_names().iter().take(8).map(|name| quoted(name)).collect();
    let more = if metadata.class_names().len() > names.len() { ", ..." } else { "" };
    format!("{}{more}", names.join(", "))
}

#[cfg(test)]
mod tests;
