//! The `images:DIR` source: a folder of images for each class, or `train/`, `val/` and `test/` with such
//! folders, or images whose classes are in a table.

use std::path::{Path, PathBuf};

use super::class_folders::class_folders;
use super::image_set::{BadFile, ImageFile, ImageSet};
use super::labels_file::{labels_beside, read_labels_file};
use super::reading::{Wanted, read_images};
use super::scale::Scale;
use crate::config::{ImageSize, ImagesConfig, RunConfig, SplitConfig};
use crate::data::division::training_rows;
use crate::data::split::{HeldOut, SplitBy};
use crate::data::{Dataset, Origins, Progress, Samples, Source, class_counts};
use crate::format::count;
use crate::{Error, Result};
use burn_mlp_infer::image::Pixels;

/// The `images:DIR` source.
///
/// A class is named after its folder, and rows are ordered by class and then by file name, numbers
/// in names by value; or the classes are in a table of file names, and rows are in its order.
/// Without test images of its own, a test set is split off that does not depend on the run's seed.
#[derive(Debug, Clone)]
pub struct ImageDirectory {
    directory: PathBuf,
    size: Option<ImageSize>,
    config: ImagesConfig,
    /// Column of the labels file with the classes, if it is stated.
    target: String,
    /// Decides which images test and validate without folders of them.
    split: SplitConfig,
}

impl ImageDirectory {
    /// Creates a source of the images in `directory`. `config` decides how to read them and which
    /// of them test and validate.
    ///
    /// # Errors
    /// [`Error::Config`] if `images.size` is not a size.
    pub fn new(directory: impl Into<PathBuf>, config: &RunConfig) -> Result<Self> {
        let RunConfig { images, split, csv, .. } = config;
        let size = ImageSize::from_setting(&images.size)?;
        let (target, split) = (csv.target.trim().to_string(), split.clone());
        Ok(Self { directory: directory.into(), size, config: images.clone(), target, split })
    }

    fn wanted(&self) -> Wanted {
        Wanted { size: self.size, color: self.config.color, skip_bad: self.config.skip_bad }
    }

    /// Finds the image files and their classes.
    fn find(&self) -> Result<ImageSet> {
        if !self.config.labels.is_empty() {
            return read_labels_file(&self.directory, Path::new(&self.config.labels), &self.target);
        }
        match labels_beside(&self.directory)? {
            Some(file) => read_labels_file(&self.directory, &file, &self.target),
            None if !self.target.is_empty() => {
                let problem = "names a column, but there is no table of the classes; see images.labels";
                Err(Error::config("csv.target", problem))
            }
            None => class_folders(&self.directory),
        }
    }

    /// Splits a test set off images without one of their own.
    fn split_off_test_set(&self, all: Vec<Row>, classes: usize) -> Result<(Vec<Row>, Option<Vec<Row>>)> {
        let fraction = self.config.test_fraction;
        if fraction == 0.0 {
            return Ok((all, None));
        }
        let rows: Vec<usize> = (0..all.len()).collect();
        let part = HeldOut::test("images.test_fraction", fraction, self.split.seed);
        let (_, tests) = SplitBy::Class.hold_out(&rows, &labels(&all), classes, part)?;
        let mut tests = tests.iter().peekable();
        let (mut train, mut test) = (Vec::with_capacity(all.len()), Vec::with_capacity(tests.len()));
        for (index, row) in all.into_iter().enumerate() {
            let part = if tests.next_if_eq(&&index).is_some() { &mut test } else { &mut train };
            part.push(row);
        }
        Ok((train, Some(test)))
    }

    /// Decides what values are divided by, from the rows of `train` that train.
    fn scale(&self, train: &[Row], others: &[&Vec<Row>], classes: usize, draws_validation: bool) -> Result<Scale> {
        let valid = if draws_validation { self.split.valid } else { 0.0 };
        let training = training_rows(&labels(train), classes, valid, &self.split)?;
        let training = training.iter().map(|&row| &train[row].pixels);
        let all = train.iter().chain(others.iter().copied().flatten()).map(|row| &row.pixels);
        Scale::fit(self.config.max_value as f32, training, all)
    }
}

impl Source for ImageDirectory {
    fn load(&self, progress: Progress) -> Result<Dataset> {
        let ImageSet { class_names, train, valid, test, mut bad, mut notes } = self.find()?;
        if let Some(first) = bad.first().filter(|_| !self.config.skip_bad) {
            return Err(first.refused());
        }
        let (trains, valids, tests) = (train.len(), valid.as_ref().map(Vec::len), test.as_ref().map(Vec::len));
        let files: Vec<ImageFile> = [Some(train), valid, test].into_iter().flatten().flatten().collect();
        let read = read_images(&files, self.wanted(), progress)?;
        bad.extend(read.bad);
        notes.extend(first_images_note(read.first_of_several));
        let mut rows = files.into_iter().zip(read.rows);
        let mut part = |count: usize| -> Vec<Row> {
            let rows = rows.by_ref().take(count);
            rows.filter_map(|(file, pixels)| Some(Row { file, pixels: pixels? })).collect()
        };
        let (train, valid, test) = (part(trains), valids.map(&mut part), tests.map(&mut part));
        check_every_class_has_images(&self.directory, &class_names, &labels(&train))?;
        let (train, test) = match test {
            Some(test) => (train, Some(test)),
            None => self.split_off_test_set(train, class_names.len())?,
        };
        let others: Vec<&Vec<Row>> = [&valid, &test].into_iter().flatten().collect();
        let scale = self.scale(&train, &others, class_names.len(), valid.is_none())?;
        notes.extend(scale.note.clone());
        let dimension = read.shape.height * read.shape.width * read.shape.channels;
        let samples = |rows: Vec<Row>| samples(rows, &scale, dimension);
        let source = format!("images:{}", self.directory.display());
        let (train, test) = (samples(train)?, test.map(samples).transpose()?);
        let mut data = Dataset::new(source, train, test, class_names, Some(read.shape))?;
        (data.max_values, data.divisor) = (scale.max_values, scale.divisor);
        (data.notes, data.skipped) = (notes, bad.iter().map(BadFile::to_string).collect());
        match valid {
            Some(valid) => data.with_validation_set(samples(valid)?),
            None => Ok(data),
        }
    }
}

/// Says of how many files only the first image counts.
pub fn first_images_note(files: usize) -> Option<String> {
    match files {
        0 => None,
        1 => Some("1 file holds several images or an animation; its first image counts".to_string()),
        _ => Some(format!("{} files hold several images or animations; their first images count", count(files))),
    }
}

/// Refuses a class whose files are all bad.
fn check_every_class_has_images(directory: &Path, class_names: &[String], labels: &[u32]) -> Result<()> {
    let counts = class_counts(labels.iter().copied(), class_names.len());
    match counts.iter().position(|&count| count == 0) {
        Some(class) => {
            let problem = format!(
                "has no readable training image of class {}; fix its images, or remove the class",
                class_names[class]
            );
            Err(Error::data(directory.display().to_string(), problem))
        }
        None => Ok(()),
    }
}

/// A file that was read.
struct Row {
    file: ImageFile,
    pixels: Pixels,
}

fn labels(rows: &[Row]) -> Vec<u32> {
    rows.iter().map(|row| row.file.class).collect()
}

fn samples(rows: Vec<Row>, scale: &Scale, dimension: usize) -> Result<Samples> {
    let labels = labels(&rows);
    let (files, images) =
        rows.into_iter().map(|row| (row.file.path.to_string_lossy().into_owned(), row.pixels)).unzip();
    let origins = Origins { files: Some(files), ..Origins::default() };
    Samples::new(scale.features(images, dimension), labels, dimension)?.with_origins(origins)
}
