//! The `mnist` source: the 70,000 handwritten digits of LeCun, Cortes and Burges, 28x28 pixels.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::gzip::{read_problem, uncompressed};
use super::hash::to_hex;
use super::idx::{IdxArray, images, labels, parse_idx};
use super::idx_data::data_from_arrays;
use super::{Data, MnistCache, Progress, Source};
use crate::config::DataConfig;
use crate::{Error, Result};

/// One of the four files.
#[derive(Debug, Clone, Copy)]
pub(super) struct MnistFile {
    /// Name without `.gz`.
    pub name: &'static str,
    /// Length uncompressed.
    pub bytes: u64,
    /// SHA-256 of the uncompressed bytes: compressed copies differ from one another.
    pub sha256: &'static str,
}

/// Images and labels of the training set, then of the test set.
pub(super) const FILES: [MnistFile; 4] = [
    MnistFile {
        name: "train-images-idx3-ubyte",
        bytes: 47_040_016,
        sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    MnistFile {
        name: "train-labels-idx1-ubyte",
        bytes: 60_008,
        sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
    MnistFile {
        name: "t10k-images-idx3-ubyte",
        bytes: 7_840_016,
        sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    MnistFile {
        name: "t10k-labels-idx1-ubyte",
        bytes: 10_008,
        sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
];

/// Names servers that are asked in place of the usual ones: base URLs with commas between. What they send is verified
/// all the same.
const MIRROR_VARIABLE: &str = "BURN_MLP_MNIST_MIRROR";

/// The `mnist` source.
#[derive(Debug, Clone)]
pub enum Mnist {
    /// Files that the person has: in the directory itself, or where torchvision puts them (`MNIST/raw` in it). Raw or
    /// gzip-compressed. Never written to.
    Directory(PathBuf),
    /// The user's cache, filled by download.
    Cache(MnistCache),
}

impl Mnist {
    /// `data.dir` if it is set, else the user's cache, filled from the mirrors that `BURN_MLP_MNIST_MIRROR` names if it is
    /// set.
    ///
    /// # Errors
    /// If neither directory is known, or the variable holds something else than URLs.
    pub fn from_config(config: &DataConfig) -> Result<Self> {
        if !config.dir.is_empty() {
            return Ok(Self::Directory(PathBuf::from(&config.dir)));
        }
        let Some(cache) = dirs::cache_dir() else {
            let problem = "this user has no cache directory; name the directory of the MNIST files here";
            return Err(Error::config("data.dir", problem));
        };
        let mut cache = MnistCache::new(cache.join("burn-mlp").join("mnist"), config.offline);
        if let Some(list) = std::env::var_os(MIRROR_VARIABLE) {
            cache.mirrors = mirrors(&list.to_string_lossy())?;
        }
        Ok(Self::Cache(cache))
    }
}

impl Source for Mnist {
    fn load(&self, progress: Progress) -> Result<Data> {
        let files = match self {
            Self::Directory(directory) => read_directory(directory),
            Self::Cache(cache) => cache.read(&FILES, progress),
        }?;
        let parse = |(bytes, file): (Vec<u8>, &MnistFile)| parse_idx(&bytes[..], file.name);
        let arrays = files.into_par_iter().zip(&FILES).map(parse).collect::<Result<Vec<IdxArray>>>()?;
        let [train_images, train_labels, test_images, test_labels]: [IdxArray; 4] =
            arrays.try_into().map_err(|_| Error::data("mnist", "needs four files"))?;
        let pair = |pixels, classes| Ok((images(pixels, "mnist")?, labels(classes, "mnist")?));
        data_from_arrays("mnist", pair(train_images, train_labels)?, Some(pair(test_images, test_labels)?))
    }
}

/// Base URLs, each with a slash at its end.
fn mirrors(list: &str) -> Result<Vec<String>> {
    let mirror = |url: &str| {
        let url = url.trim().trim_end_matches('/');
        match url.starts_with("http://") || url.starts_with("https://") {
            true => Ok(format!("{url}/")),
            false => {
                let problem = format!("expected URLs as in https://host/mnist/ with commas between, found {url:?}");
                Err(Error::config(MIRROR_VARIABLE, problem))
            }
        }
    };
    list.split(',').map(mirror).collect()
}

/// The four files' bytes from a person's directory.
fn read_directory(directory: &Path) -> Result<Vec<Vec<u8>>> {
    if !directory.is_dir() {
        let problem = format!("{} is not a directory that exists; {}", directory.display(), what_is_needed());
        return Err(Error::config("data.dir", problem));
    }
    let folders = [directory.to_path_buf(), directory.join("MNIST").join("raw"), directory.join("raw")];
    let read = |file: &MnistFile| match file.find(&folders) {
        Some(path) => file.read(&path),
        None => {
            let problem = format!("holds no {}; {}", file.name, what_is_needed());
            Err(Error::data(directory.display().to_string(), problem))
        }
    };
    // Collected in two steps, so that of several errors the first file's is told every time.
    FILES.par_iter().map(read).collect::<Vec<_>>().into_iter().collect()
}

/// How a person provides the files, as the end of a sentence.
pub(super) fn what_is_needed() -> String {
    let names = FILES.map(|file| file.name).join(", ");
    format!("put {names} (raw or .gz) into a directory and name it with data.dir")
}

impl MnistFile {
    /// The file in the first folder that has it, raw or compressed.
    pub fn find(&self, folders: &[PathBuf]) -> Option<PathBuf> {
        let candidates = folders.iter().flat_map(|folder| {
            let raw = folder.join(self.name);
            [raw.clone(), raw.with_added_extension("gz")]
        });
        candidates.into_iter().find(|path| path.is_file())
    }

    /// The uncompressed bytes of this file at `path`, verified.
    ///
    /// # Errors
    /// If it cannot be read or is not the original.
    pub fn read(&self, path: &Path) -> Result<Vec<u8>> {
        let fail = |problem: String| Error::data(path.display().to_string(), problem);
        let file = File::open(path).map_err(Error::io("open", path))?;
        let mut bytes = Vec::with_capacity(self.bytes as usize + 1);
        uncompressed(file)
            .and_then(|reader| reader.take(self.bytes + 1).read_to_end(&mut bytes))
            .map_err(|error| fail(read_problem(&error)))?;
        let sha256 = to_hex(&Sha256::digest(&bytes));
        if sha256 != self.sha256 {
            let problem = format!(
                "is not the original {}: the SHA-256 of its uncompressed bytes is not {}; fetch it again, or use \
                 `idx:DIR` for other data in this format",
                self.name, self.sha256
            );
            return Err(fail(problem));
        }
        Ok(bytes)
    }
}

#[cfg(test)]
#[path = "mnist_tests.rs"]
mod tests;
