//! The `images:DIR` source: a folder of images for each class, or `train/` and `test/` with such
//! folders.

use std::path::{Path, PathBuf};

use super::class_folders::{BadFile, ClassFolders, ImageFile};
use super::reading::{ReadImages, Wanted, read_images};
use crate::config::{ImageSize, ImagesConfig, RunConfig};
use crate::data::split::{HeldOut, SplitBy};
use crate::data::{Dataset, Features, Origins, Progress, Samples, Source, class_counts};
use crate::{Error, Result};

/// The `images:DIR` source.
///
/// A class is named after its folder. Rows are ordered by class and then by file name, numbers in
/// names by value. Without a folder `test`, a test set is split off that does not depend on the
/// run's seed.
#[derive(Debug, Clone)]
pub struct ImageDirectory {
    directory: PathBuf,
    size: Option<ImageSize>,
    config: ImagesConfig,
    /// Decides which images test, without a folder `test`.
    split_seed: u64,
}

impl ImageDirectory {
    /// Creates a source of the images in `directory`. `config` decides how to read them and which
    /// of them test.
    ///
    /// # Errors
    /// [`Error::Config`] if `images.size` is not a size.
    pub fn new(directory: impl Into<PathBuf>, config: &RunConfig) -> Result<Self> {
        let RunConfig { images, split, .. } = config;
        let size = ImageSize::from_setting(&images.size)?;
        Ok(Self { directory: directory.into(), size, config: images.clone(), split_seed: split.seed })
    }

    fn wanted(&self) -> Wanted {
        Wanted { size: self.size, color: self.config.color, skip_bad: self.config.skip_bad }
    }

    /// Splits a test set off images without a test folder.
    fn split_off_test_set(&self, all: Samples, classes: usize) -> Result<(Samples, Option<Samples>)> {
        let fraction = self.config.test_fraction;
        if fraction == 0.0 {
            return Ok((all, None));
        }
        let rows: Vec<usize> = (0..all.len()).collect();
        let part = HeldOut::test("images.test_fraction", fraction, self.split_seed);
        let (train, test) = SplitBy::Class.hold_out(&rows, all.labels(), classes, part)?;
        Ok((all.select(&train), Some(all.select(&test))))
    }
}

impl Source for ImageDirectory {
    fn load(&self, progress: Progress) -> Result<Dataset> {
        let ClassFolders { class_names, mut train, test, mut bad } = ClassFolders::read(&self.directory)?;
        if let Some(first) = bad.first().filter(|_| !self.config.skip_bad) {
            return Err(first.refused());
        }
        let has_test = test.is_some();
        let training_files = train.len();
        train.extend(test.into_iter().flatten());
        let ReadImages { shape, rows, bad: unreadable } = read_images(&train, self.wanted(), progress)?;
        bad.extend(unreadable);
        let dimension = shape.height * shape.width * shape.channels;
        let mut rows = train.into_iter().zip(rows);
        let training_rows = Rows::collect(rows.by_ref().take(training_files), dimension);
        let test_rows = Rows::collect(rows, dimension);
        check_every_class_has_images(&self.directory, &class_names, &training_rows.labels)?;
        let all = training_rows.into_samples(dimension)?;
        let (train, test) = match has_test {
            true => (all, Some(test_rows.into_samples(dimension)?)),
            false => self.split_off_test_set(all, class_names.len())?,
        };
        let source = format!("images:{}", self.directory.display());
        let mut data = Dataset::new(source, train, test, class_names, Some(shape))?;
        data.skipped = bad.iter().map(BadFile::to_string).collect();
        Ok(data)
    }
}

/// Refuses a class whose files are all bad.
fn check_every_class_has_images(directory: &Path, class_names: &[String], labels: &[u32]) -> Result<()> {
    let counts = class_counts(labels.iter().copied(), class_names.len());
    match counts.iter().position(|&count| count == 0) {
        Some(class) => {
            let problem =
                format!("has no readable image of class {}; fix its images, or remove its folder", class_names[class]);
            Err(Error::data(directory.display().to_string(), problem))
        }
        None => Ok(()),
    }
}

/// Rows of a set while it is built.
#[derive(Default)]
struct Rows {
    pixels: Vec<u8>,
    labels: Vec<u32>,
    files: Vec<String>,
}

impl Rows {
    /// Collects files with their pixels, `dimension` each; leaves out files without pixels.
    fn collect(files: impl ExactSizeIterator<Item = (ImageFile, Option<Vec<u8>>)>, dimension: usize) -> Self {
        let mut rows = Self { pixels: Vec::with_capacity(files.len() * dimension), ..Self::default() };
        for (file, pixels) in files {
            let Some(pixels) = pixels else { continue };
            rows.pixels.extend_from_slice(&pixels);
            rows.labels.push(file.class);
            rows.files.push(file.path.to_string_lossy().into_owned());
        }
        rows
    }

    fn into_samples(self, dimension: usize) -> Result<Samples> {
        let features = Features::Bytes { values: self.pixels, maximum: u8::MAX };
        let origins = Origins { files: Some(self.files), ..Origins::default() };
        Samples::new(features, self.labels, dimension)?.with_origins(origins)
    }
}
