//! The sources `npy:X,Y` and `npz:FILE`: NumPy's arrays of features or images, and of classes.

mod archive;
mod columns;
mod new_arrays;
mod npy;
mod pair;
mod set;

pub(in crate::data) use new_arrays::NewArrays;

use columns::texts_of;
use npy::{Array, Element};
use pair::ArrayPair;
use set::ArraySet;

use super::raw_data::RawData;
use super::table::{TableFile, class_indices};
use crate::config::{RunConfig, Source as SourceName};
use crate::data::split::{HeldOut, SplitBy};
use crate::data::{Dataset, Features, ImageShape, Progress, Samples, Source, TableSchema};
use crate::{Error, Result};
use burn_mlp_infer::csv::{Column, Texts};

/// The sources `npy:X,Y` and `npz:FILE`.
///
/// Arrays of bytes with three dimensions or more are images. All other features are the columns of a table without a
/// header, one for each element of a row, and the classes are its last column.
#[derive(Debug, Clone)]
pub struct Arrays {
    source: SourceName,
    config: RunConfig,
    /// How to encode the rows of a table, if their own do not decide it.
    schema: Option<TableSchema>,
}

impl Arrays {
    /// Creates the `source` of arrays. `config` decides how to read them and which are test rows.
    pub fn new(source: SourceName, config: &RunConfig) -> Self {
        Self { source, config: config.clone(), schema: None }
    }

    /// Encodes a table by `schema`, if there is one, instead of fitting one to the training rows.
    pub fn encoded_by(self, schema: Option<TableSchema>) -> Self {
        Self { schema, ..self }
    }

    fn arrays(&self) -> Result<(ArraySet, String)> {
        match &self.source {
            SourceName::Npy(features, classes) => {
                let train = ArrayPair::of_files(features, classes)?;
                Ok((ArraySet { train, valid: None, test: None }, features.display().to_string()))
            }
            SourceName::Npz(archive) => Ok((ArraySet::of_archive(archive)?, archive.display().to_string())),
            other => Err(Error::config("data.source", format!("{other} has no arrays"))),
        }
    }

    /// Loads images, whose classes are sorted as a table's.
    fn images(&self, set: ArraySet, shape: ImageShape, name: &str) -> Result<Dataset> {
        let (class_names, labels) =
            class_indices(&classes_of(&set.train, name)?, "y").map_err(|problem| Error::data(name, problem))?;
        let samples = |pair: ArrayPair, labels: Vec<u32>| {
            let values = pair.features.into_pixels().unwrap_or_default();
            Samples::new(
                Features::Bytes { values, maximum: u8::MAX },
                labels,
                shape.height * shape.width * shape.channels,
            )
        };
        let other = |pair: Option<ArrayPair>| {
            let Some(pair) = pair else { return Ok(None) };
            let classes = classes_of(&pair, name)?;
            let known = |text: &String| class_names.iter().position(|class| class == text).map(|class| class as u32);
            let known: Vec<Option<u32>> = classes.values.iter().map(known).collect();
            let labels: Option<Vec<u32>> =
                classes.rows.iter().map(|&row| known.get(row as usize).copied().flatten()).collect();
            let labels =
                labels.ok_or_else(|| Error::data(name, "has a class in other rows that no training row has"))?;
            samples(pair, labels).map(Some)
        };
        let (valid, test) = (other(set.valid)?, other(set.test)?);
        let train = samples(set.train, labels)?;
        let fraction = self.config.images.test_fraction;
        let (train, test) = match test {
            None if fraction > 0.0 => {
                let rows: Vec<usize> = (0..train.len()).collect();
                let part = HeldOut::test("images.test_fraction", fraction, self.config.split.seed);
                let (rest, test) = SplitBy::Class.hold_out(&rows, train.labels(), class_names.len(), part)?;
                (train.select(&rest), Some(train.select(&test)))
            }
            test => (train, test),
        };
        let data = Dataset::new(self.source.to_string(), train, test, class_names, Some(shape))?;
        match valid {
            Some(valid) => data.with_validation_set(valid),
            None => Ok(data),
        }
    }
}

impl Source for Arrays {
    fn load(&self, progress: Progress) -> Result<Dataset> {
        self.read(progress)?.into_dataset(&self.config.split)
    }

    fn read(&self, _progress: Progress) -> Result<RawData> {
        let (set, name) = self.arrays()?;
        match image_shape(&set.train.features).map_err(|problem| Error::data(&name, problem))? {
            Some(shape) => self.images(set, shape, &name).map(RawData::from),
            None => {
                let mut config = self.config.clone();
                if config.csv.target.is_empty() {
                    // The array of classes, which is the last column of the table.
                    config.csv.target = (set.train.features.width() + 1).to_string();
                }
                let table = |pair: ArrayPair| pair.into_table(&name);
                let (train, valid, test) = (table(set.train), set.valid.map(table), set.test.map(table));
                let file = TableFile::new(self.source.clone(), &config).encoded_by(self.schema.clone());
                file.read_tables(train, valid, test).map(RawData::from)
            }
        }
    }
}

/// Reads the classes of all rows.
fn classes_of(pair: &ArrayPair, name: &str) -> Result<Texts> {
    match texts_of(&pair.classes) {
        Column::Texts(texts) if !texts.rows.contains(&Texts::MISSING) => Ok(texts),
        _ => Err(Error::data(name, "has a missing class; every row needs one")),
    }
}

/// Returns the shape of images: bytes of height, width and, in the last dimension, 1 or 3 channels.
///
/// # Errors
/// Returns a sentence if channels lie elsewhere or are too many.
fn image_shape(array: &Array) -> std::result::Result<Option<ImageShape>, String> {
    let is_bytes = array.element == Element::Unsigned(1);
    match array.shape[..] {
        [_, height, width] | [_, height, width, 1] if is_bytes => Ok(Some(ImageShape { height, width, channels: 1 })),
        [_, height, width, 3] if is_bytes => Ok(Some(ImageShape { height, width, channels: 3 })),
        [_, 1 | 3, _, _] if is_bytes => Err("has its channels first; save numpy.moveaxis(x, 1, -1)".to_string()),
        [_, _, _, 4] if is_bytes => {
            Err("has images of four channels; save them without transparency, x[..., :3]".to_string())
        }
        _ => Ok(None),
    }
}
