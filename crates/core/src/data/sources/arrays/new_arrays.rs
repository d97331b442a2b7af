//! Arrays whose rows a model predicts or is evaluated on.

use std::fs::File;
use std::io::{Cursor, Read, Seek};

use super::archive::{Archive, Part};
use super::columns::{table_of, texts_of};
use super::image_shape;
use super::npy::Array;
use super::pair::{ArrayPair, check_features, read_array};
use super::set::without_pair;
use crate::config::Source;
use crate::{Error, Result};
use burn_mlp_infer::csv::{Rows, Table, true_classes};
use burn_mlp_infer::table::TableSchema;
use burn_mlp_infer::{ModelMetadata, Truths};

/// The array of classes, in warnings.
const TARGET: &str = "y";

/// Features, with or without classes.
pub struct NewArrays {
    features: Array,
    classes: Option<Array>,
    /// Whether the archive names them as those of the test rows.
    pub are_of_test: bool,
    /// The source's file, for messages.
    file: String,
}

impl NewArrays {
    /// Reads a source of arrays with classes: the test rows if there are any, otherwise all rows.
    ///
    /// # Errors
    /// If it cannot be read, or has no features with classes.
    pub fn of_source(source: &Source) -> Result<Self> {
        match source {
            Source::Npy(features, classes) => {
                let pair = ArrayPair::of_files(features, classes)?;
                Ok(Self::of_pair(pair, false, &features.display().to_string()))
            }
            Source::Npz(path) => {
                let name = path.display().to_string();
                let mut archive = Archive::open(File::open(path).map_err(Error::io("read", path))?, &name)?;
                match Self::of_archive(&mut archive, &name)? {
                    Some(arrays) => Ok(arrays),
                    None => Err(without_pair(&archive.listed(), &name)),
                }
            }
            other => Err(Error::config("data.source", format!("{other} has no arrays"))),
        }
    }

    /// Reads an array of features.
    ///
    /// # Errors
    /// If it is not one.
    pub fn of_array(reader: impl Read, name: &str) -> Result<Self> {
        Self::of_features((name.to_string(), read_array(reader, name)?), false, name)
    }

    /// Reads an archive: the test rows if there are any, with their classes if they have some.
    ///
    /// # Errors
    /// If it cannot be read, or does not say which array has the features.
    pub fn of_bytes(bytes: Vec<u8>, name: &str) -> Result<Self> {
        let mut archive = Archive::open(Cursor::new(bytes), name)?;
        if let Some(arrays) = Self::of_archive(&mut archive, name)? {
            return Ok(arrays);
        }
        for part in [Part::Test, Part::Train] {
            if let Some(features) = archive.features(part)? {
                return Self::of_features(features, part == Part::Test, name);
            }
        }
        match archive.only()? {
            Some(features) => Self::of_features(features, false, name),
            None => {
                let problem = format!("has the arrays {}; name the features x", archive.listed());
                Err(Error::data(name, problem))
            }
        }
    }

    fn of_archive<R: Read + Seek>(archive: &mut Archive<R>, name: &str) -> Result<Option<Self>> {
        for part in [Part::Test, Part::Train] {
            if let Some(pair) = archive.pair(part)? {
                return Ok(Some(Self::of_pair(pair, part == Part::Test, name)));
            }
        }
        Ok(None)
    }

    fn of_pair(pair: ArrayPair, are_of_test: bool, file: &str) -> Self {
        Self { features: pair.features, classes: Some(pair.classes), are_of_test, file: file.to_string() }
    }

    fn of_features((name, features): (String, Array), are_of_test: bool, file: &str) -> Result<Self> {
        check_features(&features).map_err(|problem| Error::data(name, problem))?;
        Ok(Self { features, classes: None, are_of_test, file: file.to_string() })
    }

    /// Opens the arrays as a table without a header, for a model that was trained on one.
    ///
    /// # Errors
    /// [`Error::Data`] if the model knows its columns by their names.
    pub fn into_table(self, schema: &TableSchema) -> Result<Table> {
        if schema.header {
            let problem = "has no names of columns, but the model was trained on columns with names; give it a table with \
                           such names, as csv:FILE or parquet:FILE";
            return Err(Error::data(self.file, problem));
        }
        Ok(table_of(self.features, self.classes, &self.file))
    }

    /// Encodes the rows for a model of numbers or of images.
    ///
    /// # Errors
    /// [`Error::Data`] if the rows are not what the model takes.
    pub fn rows(&self, metadata: &ModelMetadata) -> Result<Rows> {
        let fail = |problem: String| Error::data(&self.file, problem);
        let (rows, width) = (self.features.rows(), self.features.width());
        let shape = image_shape(&self.features).map_err(fail)?;
        if width != metadata.features || (shape.is_some() && shape != metadata.image_shape) {
            let takes = match metadata.image_shape {
                Some(shape) => format!("images of {}x{}x{}", shape.height, shape.width, shape.channels),
                None => format!("rows of {} features", metadata.features),
            };
            return Err(fail(format!("has the shape {:?}; the model takes {takes}", self.features.shape)));
        }
        let raw: Vec<f32> = (0..rows * width).map(|at| self.features.number(at / width, at % width) as f32).collect();
        let (features, mut warnings) = metadata.encode_rows(&raw).map_err(|error| fail(error.to_string()))?;
        let lines: Vec<u64> = (1..=rows as u64).collect();
        let truths = match (&self.classes, metadata.targets().is_empty()) {
            (None, _) => None,
            (Some(classes), true) => {
                let place = |row: usize| format!("row {}", row + 1);
                let named = (TARGET, &texts_of(classes));
                Some(Truths::Classes(true_classes(metadata.class_names(), named, place, &mut warnings)))
            }
            (Some(numbers), false) => Some(Truths::Numbers((0..rows).map(|row| numbers.number(row, 0)).collect())),
        };
        Ok(Rows { features, lines, truths, warnings, ..Rows::default() })
    }
}
