//! Rows of another source than a model's own, encoded for the model, to judge it by.

use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::sources::{self, OtherFile, open_table};
use super::{DecodedImage, Features, Origins, Progress, Samples, Targets, image_files};
use crate::config::{CsvConfig, CsvDelimiter, CsvHeader, RunConfig, Source, TableFormat};
use crate::{Error, Result};
use burn_mlp_infer::csv::read_rows;
use burn_mlp_infer::image::Preparation;
use burn_mlp_infer::table::{Unlike, Warning, category};
use burn_mlp_infer::text::quoted;
use burn_mlp_infer::{ModelMetadata, Truths};

/// Rows that are read at a time.
const BATCH: usize = 1024;

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
    /// Reads `config.data.source` for the model that `metadata` describes: all rows of a table or of folders of images; of
    /// any other source, and of folders with a folder `test`, the test rows if there are some.
    ///
    /// # Errors
    /// If the source cannot be read, does not fit the model, or a row has a class that the model does not know.
    pub fn read(config: &RunConfig, metadata: &ModelMetadata, progress: Progress) -> Result<Self> {
        match (config.data.source.parse()?, &metadata.table) {
            (Source::Table(format, path), _) => of_table(format, &path, metadata, &config.csv),
            (source, Some(_)) => {
                let problem = "does not hold the columns that the model takes; name a table, such as csv:FILE";
                Err(Error::data(source.to_string(), problem))
            }
            (Source::Images(directory), None) => of_images(&directory, metadata),
            (_, None) => of_dataset(config, metadata, progress),
        }
    }
}

fn of_table(format: TableFormat, path: &Path, metadata: &ModelMetadata, config: &CsvConfig) -> Result<NewRows> {
    let Some(schema) = &metadata.table else { return of_numbers(path, metadata) };
    let config = CsvConfig { delimiter: CsvDelimiter::Auto, ..config.clone() };
    let header = if schema.header { CsvHeader::Yes } else { CsvHeader::No };
    let table = open_table(path, Some(format), header, &config)?;
    let file = OtherFile::read(&table, schema, None)?;
    Ok(NewRows { samples: file.samples, warnings: file.warnings, notes: file.notes })
}

/// Reads rows of pixels or other numbers, with a column of classes that the header calls `label`.
fn of_numbers(path: &Path, metadata: &ModelMetadata) -> Result<NewRows> {
    let fail = |problem: String| Error::data(path.display().to_string(), problem);
    let (mut features, mut labels, mut lines, mut warnings) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut numbers = Vec::new();
    let file = BufReader::new(File::open(path).map_err(Error::io("read", path))?);
    read_rows(metadata, file, &path.to_string_lossy(), BATCH, &mut |rows| {
        features.extend(rows.features);
        lines.extend(rows.lines);
        warnings.extend(rows.warnings);
        match rows.truths {
            Some(Truths::Classes(classes)) => labels.extend(classes),
            Some(Truths::Numbers(values)) => numbers.extend(values),
            None => {}
        }
        Ok::<(), Error>(())
    })?;
    if let Some(row) = numbers.iter().position(|number: &f64| number.is_nan()) {
        return Err(fail(format!("line {} has no target; complete or remove it", lines[row])));
    }
    if !numbers.is_empty() {
        let targets = Targets::Numbers { values: numbers, count: 1 };
        let samples = Samples::with_targets(Features::Floats(features), targets, metadata.features)?;
        return Ok(NewRows { samples, warnings, notes: Vec::new() });
    }
    if labels.is_empty() {
        let what = if metadata.targets().is_empty() { "true classes" } else { "true numbers" };
        return Err(fail(format!("has no column \"label\" with the {what} to judge by")));
    }
    if let Some(unknown) = warnings.iter().find(|warning| warning.unlike == Unlike::UnknownClass) {
        return Err(fail(format!("{unknown}, which knows {}; correct or remove such rows", listed(metadata))));
    }
    if let Some(row) = labels.iter().position(Option::is_none) {
        return Err(fail(format!("line {} has no class; complete or remove it", lines[row])));
    }
    let labels = labels.into_iter().flatten().collect();
    let samples = Samples::new(Features::Floats(features), labels, metadata.features)?;
    Ok(NewRows { samples, warnings, notes: Vec::new() })
}

/// Reads folders of images, each named after its class, as `burn-mlp predict` reads images.
fn of_images(directory: &Path, metadata: &ModelMetadata) -> Result<NewRows> {
    let test = directory.join("test");
    let has_test = test.is_dir() && class_of(metadata, "test").is_none();
    let directory = if has_test { test } else { directory.to_path_buf() };
    let mut images: Vec<(PathBuf, u32)> = Vec::new();
    for folder in folders(&directory)? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let class = class_of(metadata, &name).ok_or_else(|| {
            let problem = format!("is not a class of the model, which knows {}", listed(metadata));
            Error::data(folder.display().to_string(), format!("{problem}; rename or remove the folder"))
        })?;
        images.extend(image_files(&folder)?.files.into_iter().map(|file| (file, class)));
    }
    if images.is_empty() {
        let problem = "contains no folders; put the images of each class into a folder named after the class";
        return Err(Error::data(directory.display().to_string(), problem));
    }
    let prepared = |(path, _): &(PathBuf, u32)| {
        let name = path.display().to_string();
        let image = DecodedImage::read(File::open(path).map_err(Error::io("read", path))?);
        let prepared = image.and_then(|image| metadata.preprocess(&image, Preparation::default()));
        prepared.map(|prepared| prepared.features).map_err(|problem| Error::data(name, problem))
    };
    let features: Vec<Vec<f32>> = images.par_iter().map(prepared).collect::<Result<_>>()?;
    let files = Some(images.iter().map(|(path, _)| path.to_string_lossy().into_owned()).collect());
    let labels = images.iter().map(|(_, class)| *class).collect();
    let samples = Samples::new(Features::Floats(features.concat()), labels, metadata.features)?
        .with_origins(Origins { files, ..Origins::default() })?;
    let notes = if has_test { vec![format!("only {} is read", directory.display())] } else { Vec::new() };
    Ok(NewRows { samples, warnings: Vec::new(), notes })
}

fn folders(directory: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(directory).map_err(Error::io("read the directory", directory))? {
        let entry = entry.map_err(Error::io("read the directory", directory))?;
        let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
        if entry.path().is_dir() && !is_hidden {
            folders.push(entry.path());
        }
    }
    folders.sort_unstable();
    Ok(folders)
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
        class_of(metadata, name).ok_or_else(|| {
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

fn class_of(metadata: &ModelMetadata, name: &str) -> Option<u32> {
    category(metadata.class_names(), name).filter(|class| !class.respelled).map(|class| class.index as u32)
}

/// The first class names.
fn listed(metadata: &ModelMetadata) -> String {
    let names: Vec<String> = metadata.class_names().iter().take(8).map(|name| quoted(name)).collect();
    let more = if metadata.class_names().len() > names.len() { ", ..." } else { "" };
    format!("{}{more}", names.join(", "))
}

#[cfg(test)]
#[path = "new_rows_tests.rs"]
mod tests;
