//! The `mnist` source and its drop-in replacements: `fashion-mnist`, `kmnist`, `emnist-letters`.

mod cache;
mod files;
mod sets;

pub use cache::MnistCache;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::config::{DataConfig, Source as SourceName, SplitConfig};
use crate::data::sources::idx::{IdxArray, dataset_from_arrays, idx_from_bytes, images, labels};
use crate::data::{Dataset, Progress, Source};
use crate::{Error, Result};
use files::MnistFile;
use sets::{EMNIST_LETTERS, FASHION_MNIST, FileSet, KMNIST, MNIST};

/// A source of four known IDX files, with images of 28x28 pixels.
#[derive(Debug, Clone)]
pub struct Mnist {
    set: &'static FileSet,
    location: Location,
}

/// Location of the files.
#[derive(Debug, Clone)]
enum Location {
    /// The user's directory: files are in it or where torchvision puts them (`MNIST/raw`), raw or
    /// gzip-compressed. Never written to.
    Directory(PathBuf),
    /// The user's cache, filled by download.
    Cache(MnistCache),
}

impl Mnist {
    /// Uses `data.dir` if set, otherwise the user's cache, filled from the mirrors in
    /// `BURN_MLP_MNIST_MIRROR` (or the variable of another set) or from the default ones.
    ///
    /// # Errors
    /// [`Error::Config`] if `data.source` is another source, the user has no cache directory, or
    /// the variable contains something other than URLs.
    pub fn from_config(config: &DataConfig) -> Result<Self> {
        let set = match config.source.parse()? {
            SourceName::Mnist => &MNIST,
            SourceName::FashionMnist => &FASHION_MNIST,
            SourceName::Kmnist => &KMNIST,
            SourceName::EmnistLetters => &EMNIST_LETTERS,
            other => return Err(Error::config("data.source", format!("{other} does not have MNIST's files"))),
        };
        let location = match config.dir.is_empty() {
            false => Location::Directory(PathBuf::from(&config.dir)),
            true => Location::Cache(cache(set, config.offline)?),
        };
        Ok(Self { set, location })
    }
}

/// Returns the user's cache of `set`.
fn cache(set: &'static FileSet, offline: bool) -> Result<MnistCache> {
    let Some(directory) = dirs::cache_dir() else {
        let problem =
            format!("there is no cache directory for this user; set the directory of the {} files here", set.name);
        return Err(Error::config("data.dir", problem));
    };
    let mut cache = MnistCache::for_set(set, directory.join("burn-mlp").join(set.name), offline);
    if let Some(list) = std::env::var_os(set.mirror_variable) {
        cache.mirrors = mirrors(set, &list.to_string_lossy())?;
    }
    Ok(cache)
}

impl Source for Mnist {
    fn load(&self, progress: Progress) -> Result<Dataset> {
        let set = self.set;
        let files = match &self.location {
            Location::Directory(directory) => read_directory(set, directory),
            Location::Cache(cache) => cache.read(&set.files, progress),
        }?;
        let parse = |(bytes, file): (Vec<u8>, &MnistFile)| idx_from_bytes(bytes, file.name);
        let arrays = files.into_par_iter().zip(&set.files).map(parse).collect::<Result<Vec<IdxArray>>>()?;
        let [train_images, train_labels, test_images, test_labels]: [IdxArray; 4] =
            arrays.try_into().map_err(|_| Error::data(set.name, "needs four files"))?;
        let pair = |pixels, classes| {
            Ok::<_, Error>((upright(set, images(pixels, set.name)?), numbered(set, labels(classes, set.name)?)?))
        };
        let (train, test) = (pair(train_images, train_labels)?, pair(test_images, test_labels)?);
        let mut data = dataset_from_arrays(set.name, train, Some(test), &SplitConfig::default())?;
        if !set.class_names.is_empty() {
            let names = set.class_names.iter().map(ToString::to_string).collect();
            data = Dataset::new(data.source, data.train, data.test, names, data.image_shape)?;
        }
        Ok(data)
    }
}

/// Returns images `[n, height, width]`, transposed if `set` stores them so.
fn upright(set: &FileSet, mut images: IdxArray) -> IdxArray {
    if let (true, &[_, height, width]) = (set.is_transposed, images.shape.as_slice()) {
        images.values = images
            .values
            .par_chunks(height * width)
            .flat_map_iter(|image| {
                (0..width).flat_map(move |column| (0..height).map(move |row| image[row * width + column]))
            })
            .collect();
        images.shape.swap(1, 2);
    }
    images
}

/// Returns labels counted from 0.
fn numbered(set: &FileSet, labels: Vec<i64>) -> Result<Vec<i64>> {
    let first = i64::from(set.first_label);
    let number = |label: i64| {
        let problem =
            || format!("contains the label {label}, but its labels start at {first}; download its files again");
        (label >= first).then(|| label - first).ok_or_else(|| Error::data(set.name, problem()))
    };
    labels.into_iter().map(number).collect()
}

/// Parses a comma-separated list of base URLs; each result ends with a slash.
fn mirrors(set: &FileSet, list: &str) -> Result<Vec<String>> {
    let mirror = |url: &str| {
        let url = url.trim().trim_end_matches('/');
        match url.starts_with("http://") || url.starts_with("https://") {
            true => Ok(format!("{url}/")),
            false => {
                let problem =
                    format!("expected a comma-separated list of URLs such as https://host/mnist/, found {url:?}");
                Err(Error::config(set.mirror_variable, problem))
            }
        }
    };
    list.split(',').map(mirror).collect()
}

/// Reads the four files from the user's directory.
fn read_directory(set: &FileSet, directory: &Path) -> Result<Vec<Vec<u8>>> {
    if !directory.is_dir() {
        let problem = format!("the directory {} does not exist; {}", directory.display(), set.remedy());
        return Err(Error::config("data.dir", problem));
    }
    let folders = set.folders(directory);
    let read = |file: &MnistFile| match file.find(&folders) {
        Some(path) => file.read(&path),
        None => {
            let problem = format!("does not contain {}; {}", file.name, set.remedy());
            Err(Error::data(directory.display().to_string(), problem))
        }
    };
    // Collected in two steps, so that the error of the first file is always the one reported.
    set.files.par_iter().map(read).collect::<Vec<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests;
