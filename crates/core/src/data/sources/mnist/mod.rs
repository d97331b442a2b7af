//! The `mnist` source, and those that are stored as MNIST is: `fashion-mnist`, `kmnist`, `emnist-letters`.

mod cache;
mod files;
mod sets;

pub use cache::MnistCache;

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::config::{DataConfig, Source as SourceName};
use crate::data::sources::idx::dataset_from_arrays;
use crate::data::sources::idx::{IdxArray, idx_from_bytes, images, labels};
use crate::data::{Dataset, Progress, Source};
use crate::{Error, Result};
use files::MnistFile;
use sets::{EMNIST_LETTERS, FASHION_MNIST, FileSet, KMNIST, MNIST};

/// A source of four IDX files that are known by name, 28x28 pixels an image.
#[derive(Debug, Clone)]
pub struct Mnist {
    set: &'static FileSet,
    place: Place,
}

/// Where the files are.
#[derive(Debug, Clone)]
enum Place {
    /// Files that the person has: in the directory itself, or where torchvision puts them (`MNIST/raw` in it). Raw or
    /// gzip-compressed. Never written to.
    Directory(PathBuf),
    /// The user's cache, filled by download.
    Cache(MnistCache),
}

impl Mnist {
    /// `data.dir` if it is set, else the user's cache, filled from the mirrors that `BURN_MLP_MNIST_MIRROR` (or the
    /// variable of the other source) names if it is set.
    ///
    /// # Errors
    /// If `data.source` is no such source, neither directory is known, or the variable holds something else than URLs.
    pub fn from_config(config: &DataConfig) -> Result<Self> {
        let set = match config.source.parse()? {
            SourceName::Mnist => &MNIST,
            SourceName::FashionMnist => &FASHION_MNIST,
            SourceName::Kmnist => &KMNIST,
            SourceName::EmnistLetters => &EMNIST_LETTERS,
            other => return Err(Error::config("data.source", format!("{other} is not stored as MNIST is"))),
        };
        let place = match config.dir.is_empty() {
            false => Place::Directory(PathBuf::from(&config.dir)),
            true => Place::Cache(cache(set, config.offline)?),
        };
        Ok(Self { set, place })
    }
}

/// The user's cache of `set`.
fn cache(set: &'static FileSet, offline: bool) -> Result<MnistCache> {
    let Some(directory) = dirs::cache_dir() else {
        let problem = format!("this user has no cache directory; name the directory of the {} files here", set.name);
        return Err(Error::config("data.dir", problem));
    };
    let mut cache = MnistCache::of(set, directory.join("burn-mlp").join(set.name), offline);
    if let Some(list) = std::env::var_os(set.mirror_variable) {
        cache.mirrors = mirrors(set, &list.to_string_lossy())?;
    }
    Ok(cache)
}

impl Source for Mnist {
    fn load(&self, progress: Progress) -> Result<Dataset> {
        let set = self.set;
        let files = match &self.place {
            Place::Directory(directory) => read_directory(set, directory),
            Place::Cache(cache) => cache.read(&set.files, progress),
        }?;
        let parse = |(bytes, file): (Vec<u8>, &MnistFile)| idx_from_bytes(bytes, file.name);
        let arrays = files.into_par_iter().zip(&set.files).map(parse).collect::<Result<Vec<IdxArray>>>()?;
        let [train_images, train_labels, test_images, test_labels]: [IdxArray; 4] =
            arrays.try_into().map_err(|_| Error::data(set.name, "needs four files"))?;
        let pair = |pixels, classes| {
            Ok::<_, Error>((upright(set, images(pixels, set.name)?), numbered(set, labels(classes, set.name)?)?))
        };
        let (train, test) = (pair(train_images, train_labels)?, pair(test_images, test_labels)?);
        let mut data = dataset_from_arrays(set.name, train, Some(test))?;
        if !set.class_names.is_empty() {
            let names = set.class_names.iter().map(ToString::to_string).collect();
            data = Dataset::new(data.source, data.train, data.test, names, data.image_shape)?;
        }
        Ok(data)
    }
}

/// Images `[n, height, width]` that stand as they are read.
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

/// Labels counted from 0.
fn numbered(set: &FileSet, labels: Vec<u8>) -> Result<Vec<u8>> {
    let first = set.first_label;
    let number = |label: u8| {
        let problem = || format!("holds the label {label}, but its labels begin with {first}; fetch its files again");
        label.checked_sub(first).ok_or_else(|| Error::data(set.name, problem()))
    };
    labels.into_iter().map(number).collect()
}

/// Base URLs, each with a slash at its end.
fn mirrors(set: &FileSet, list: &str) -> Result<Vec<String>> {
    let mirror = |url: &str| {
        let url = url.trim().trim_end_matches('/');
        match url.starts_with("http://") || url.starts_with("https://") {
            true => Ok(format!("{url}/")),
            false => {
                let problem = format!("expected URLs as in https://host/mnist/ with commas between, found {url:?}");
                Err(Error::config(set.mirror_variable, problem))
            }
        }
    };
    list.split(',').map(mirror).collect()
}

/// The four files' bytes from a person's directory.
fn read_directory(set: &FileSet, directory: &Path) -> Result<Vec<Vec<u8>>> {
    if !directory.is_dir() {
        let problem = format!("{} is not a directory that exists; {}", directory.display(), set.what_is_needed());
        return Err(Error::config("data.dir", problem));
    }
    let folders = set.folders(directory);
    let read = |file: &MnistFile| match file.find(&folders) {
        Some(path) => file.read(&path),
        None => {
            let problem = format!("holds no {}; {}", file.name, set.what_is_needed());
            Err(Error::data(directory.display().to_string(), problem))
        }
    };
    // Collected in two steps, so that of several errors the first file's is told every time.
    set.files.par_iter().map(read).collect::<Vec<_>>().into_iter().collect()
}

#[cfg(test)]
mod tests;
