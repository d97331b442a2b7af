//! The `images:DIR` source: a folder of images for each class, or `train/` and `test/` of such.

use std::path::{Path, PathBuf};

use super::files::{BadFile, ImageFile, ImageFiles};
use super::reading::{ReadImages, Wanted, read_images};
use crate::config::{ImageSize, ImagesConfig};
use crate::data::split::split_test_part;
use crate::data::{Dataset, Features, Progress, Samples, Source, class_counts};
use crate::{Error, Result};

/// The `images:DIR` source.
///
/// A class is called as its folder. Rows come by class and then by file name, numbers in names counted. Without a folder
/// `test` a part is drawn as the test set, the same for every seed of a run.
#[derive(Debug, Clone)]
pub struct ImageDirectory {
    directory: PathBuf,
    size: Option<ImageSize>,
    config: ImagesConfig,
}

impl ImageDirectory {
    /// The images in `directory`, read as `config` says.
    ///
    /// # Errors
    /// If a setting is no size.
    pub fn new(directory: impl Into<PathBuf>, config: ImagesConfig) -> Result<Self> {
        Ok(Self { directory: directory.into(), size: ImageSize::from_setting(&config.size)?, config })
    }

    fn wanted(&self) -> Wanted {
        Wanted { size: self.size, color: self.config.color, skip_bad: self.config.skip_bad }
    }

    /// The training and the test set of images that have no test folder.
    fn with_test_part(&self, all: Samples, classes: usize) -> Result<(Samples, Option<Samples>)> {
        let fraction = self.config.test_fraction;
        if fraction == 0.0 {
            return Ok((all, None));
        }
        let parts = split_test_part(all.labels(), classes, fraction, self.config.test_seed, "images.test_fraction")?;
        Ok((all.select(&parts.train), Some(all.select(&parts.valid))))
    }
}

impl Source for ImageDirectory {
    fn load(&self, progress: Progress) -> Result<Dataset> {
        let ImageFiles { class_names, mut train, test, mut bad } = ImageFiles::of(&self.directory)?;
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
        let training_rows = Rows::of(rows.by_ref().take(training_files), dimension);
        let test_rows = Rows::of(rows, dimension);
        check_no_class_is_lost(&self.directory, &class_names, &training_rows.labels)?;
        let all = training_rows.into_samples(dimension)?;
        let (train, test) = match has_test {
            true => (all, Some(test_rows.into_samples(dimension)?)),
            false => self.with_test_part(all, class_names.len())?,
        };
        let source = format!("images:{}", self.directory.display());
        let mut data = Dataset::new(source, train, test, class_names, Some(shape))?;
        data.skipped = bad.iter().map(BadFile::to_string).collect();
        Ok(data)
    }
}

/// A class may have had bad files only.
fn check_no_class_is_lost(directory: &Path, class_names: &[String], labels: &[u32]) -> Result<()> {
    let counts = class_counts(labels.iter().copied(), class_names.len());
    match counts.iter().position(|&count| count == 0) {
        Some(class) => {
            let problem =
                format!("has no readable image of the class {}; mend them, or remove its folder", class_names[class]);
            Err(Error::data(directory.display().to_string(), problem))
        }
        None => Ok(()),
    }
}

/// A set's rows while they are put together.
#[derive(Default)]
struct Rows {
    pixels: Vec<u8>,
    labels: Vec<u32>,
    files: Vec<String>,
}

impl Rows {
    /// Of files with their pixels, `dimension` each; files without are left out.
    fn of(files: impl ExactSizeIterator<Item = (ImageFile, Option<Vec<u8>>)>, dimension: usize) -> Self {
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
        Samples::new(features, self.labels, dimension)?.with_files(self.files)
    }
}
