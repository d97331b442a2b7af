//! Judges rows of pixels or other numbers, from text or IDX files.

use std::collections::HashMap;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::{NewRows, listed};
use crate::config::RunConfig;
use crate::data::sources::IdxDirectory;
use crate::data::{Features, ImageShape, Origins, Samples, Targets};
use crate::{Error, Result};
use burn_mlp_infer::csv::{Column, Rows, Texts, read_rows, true_classes};
use burn_mlp_infer::table::Unlike;
use burn_mlp_infer::text::quoted;
use burn_mlp_infer::{ModelMetadata, Truths};

/// Rows that are read at a time.
const BATCH: usize = 1024;

/// The column of classes, in warnings.
const TARGET: &str = "label";

/// Reads a text of numbers, with a column of classes that the header calls `label`.
pub fn of_file(path: &Path, metadata: &ModelMetadata) -> Result<NewRows> {
    let mut all = Rows::default();
    let file = BufReader::new(File::open(path).map_err(Error::io("read", path))?);
    let name = path.display().to_string();
    read_rows(metadata, file, &name, BATCH, &mut |rows| {
        all.features.extend(rows.features);
        all.lines.extend(rows.lines);
        all.warnings.extend(rows.warnings);
        match (&mut all.truths, rows.truths) {
            (Some(Truths::Classes(all)), Some(Truths::Classes(more))) => all.extend(more),
            (Some(Truths::Numbers(all)), Some(Truths::Numbers(more))) => all.extend(more),
            (all, truths) => *all = all.take().or(truths),
        }
        Ok::<(), Error>(())
    })?;
    judged(all, "line", metadata, &name)
}

/// Reads IDX files: those of the test rows if there are some.
pub fn of_idx(directory: PathBuf, config: &RunConfig, metadata: &ModelMetadata) -> Result<NewRows> {
    let name = directory.display().to_string();
    let (array, labels, are_of_test) = IdxDirectory::new(directory, config).read_judged()?;
    let shape = match array.shape[..] {
        [_, height, width] => Some(ImageShape::grey(height, width)),
        _ => None,
    };
    let dimension: usize = array.shape[1..].iter().product();
    if dimension != metadata.features || (shape.is_some() && shape != metadata.image_shape) {
        let problem =
            format!("has rows of shape {:?}; the model takes {} features", &array.shape[1..], metadata.features);
        return Err(Error::data(&name, problem));
    }
    let raw: Vec<f32> = array.numbers().map(|value| value as f32).collect();
    let (features, mut warnings) = metadata.encode_rows(&raw).map_err(|error| Error::data(&name, error.to_string()))?;
    let texts = Column::Texts(as_texts(&labels));
    let place = |row: usize| format!("row {}", row + 1);
    let labels = true_classes(metadata.class_names(), (TARGET, &texts), place, &mut warnings);
    let lines = (1..=labels.len() as u64).collect();
    let rows = Rows { features, lines, truths: Some(Truths::Classes(labels)), warnings, ..Rows::default() };
    let mut judged = judged(rows, "row", metadata, &name)?;
    judged.notes.extend(are_of_test.then(|| "only the test rows are read".to_string()));
    Ok(judged)
}

fn as_texts(labels: &[i64]) -> Texts {
    let (mut texts, mut places) = (Texts::default(), HashMap::new());
    for &label in labels {
        let place = *places.entry(label).or_insert_with(|| {
            texts.values.push(label.to_string());
            texts.values.len() as u32 - 1
        });
        texts.rows.push(place);
    }
    texts
}

/// Takes rows that all have a target; `unit` is what their numbers count.
pub fn judged(rows: Rows, unit: &str, metadata: &ModelMetadata, name: &str) -> Result<NewRows> {
    let fail = |problem: String| Error::data(name, problem);
    let Rows { features, lines, truths, warnings, notes, .. } = rows;
    let without = |row: usize, what: &str| fail(format!("{unit} {} has no {what}; complete or remove it", lines[row]));
    let targets = match truths {
        Some(Truths::Numbers(values)) => match values.iter().position(|value| value.is_nan()) {
            Some(row) => return Err(without(row, "target")),
            None => Targets::Numbers { values, count: 1 },
        },
        Some(Truths::Classes(classes)) => {
            if let Some(unknown) = warnings.iter().find(|warning| warning.unlike == Unlike::UnknownClass) {
                let known = listed(metadata);
                return Err(fail(format!("{unknown}, which knows {known}; correct or remove such rows")));
            }
            match classes.iter().position(Option::is_none) {
                Some(row) => return Err(without(row, "class")),
                None => Targets::Classes(classes.into_iter().flatten().collect()),
            }
        }
        None => {
            let what = if metadata.targets().is_empty() { "true classes" } else { "true numbers" };
            return Err(fail(format!("has no column {} with the {what} to evaluate on", quoted(TARGET))));
        }
    };
    let origins = Origins { lines: Some(lines), ..Origins::default() };
    let samples = Samples::with_targets(Features::Floats(features), targets, metadata.features)?;
    Ok(NewRows { samples: samples.with_origins(origins)?, warnings, notes })
}
