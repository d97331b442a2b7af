//! The `idx:DIR` source: a directory with two IDX files (images, labels) or four (train and test).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::dataset::dataset_from_arrays;
use super::format::{IdxArray, rank_of_file, read_images, read_labels};
use crate::config::{RunConfig, SplitConfig};
use crate::data::{Dataset, Progress, Source};
use crate::{Error, Result};

/// Maximum number of files in the directory.
const MAX_FILES: usize = 1000;

const NO_FILES: &str = "contains no IDX files; give the directory with train-images* and train-labels*";

/// The `idx:DIR` source.
///
/// Files are recognised by names that contain `images` or `labels`, and `train`, `t10k` or `test`,
/// with or without `.gz`. Otherwise the only file of rank 3 (or 2) and the only one of rank 1 are
/// the training set. Classes are numbered up to the highest label;
/// labels beyond 255 or below 0 are names themselves. Values other than bytes are divided by the largest magnitude of
/// the rows trained on, unless it is at most 1.
#[derive(Debug, Clone)]
pub struct IdxDirectory {
    directory: PathBuf,
    /// Decides which rows validate.
    split: SplitConfig,
}

/// The two files of a set.
struct Pair {
    images: PathBuf,
    labels: PathBuf,
}

impl IdxDirectory {
    /// Creates a source of the files in `directory`, without its subdirectories. `config` decides
    /// which rows validate.
    pub fn new(directory: impl Into<PathBuf>, config: &RunConfig) -> Self {
        Self { directory: directory.into(), split: config.split.clone() }
    }

    fn fail<T>(&self, problem: impl Into<String>) -> Result<T> {
        Err(Error::data(self.directory.display().to_string(), problem))
    }

    /// Reads rows to evaluate a model on, values as in the files, with their labels: the test rows if there are some.
    /// Returns whether there are.
    ///
    /// # Errors
    /// If the files are not such arrays, or are not clear.
    pub fn read_judged(&self) -> Result<(IdxArray, Vec<i64>, bool)> {
        let (train, test) = self.find()?;
        let are_of_test = test.is_some();
        let Some(pair) = test.or(train) else { return self.fail(NO_FILES) };
        let (array, labels) = read_pair(&pair)?;
        Ok((array, labels, are_of_test))
    }

    /// Finds the training pair and the test pair.
    fn find(&self) -> Result<(Option<Pair>, Option<Pair>)> {
        let files = self.list()?;
        let train = self.pair_by_name(&files, "training", "train-", |name| name.contains("train"))?;
        let is_test = |name: &str| !name.contains("train") && (name.contains("t10k") || name.contains("test"));
        let test = self.pair_by_name(&files, "test", "t10k-", is_test)?;
        match (train, test) {
            (None, None) => Ok((Some(self.pair_by_rank(&files)?), None)),
            found => Ok(found),
        }
    }

    /// Lists files by name, sorted; of `x` and `x.gz` only `x`.
    fn list(&self) -> Result<BTreeMap<String, PathBuf>> {
        let mut files = BTreeMap::new();
        let entries = std::fs::read_dir(&self.directory).map_err(Error::io("read the directory", &self.directory))?;
        for (count, entry) in entries.enumerate() {
            if count == MAX_FILES {
                return self.fail(format!("has over {MAX_FILES} files; move the IDX files to a separate directory"));
            }
            let path = entry.map_err(Error::io("read the directory", &self.directory))?.path();
            if path.is_file()
                && let Some(name) = path.file_name()
            {
                files.insert(name.to_string_lossy().to_lowercase(), path);
            }
        }
        let all = files.clone();
        files.retain(|name, _| !name.strip_suffix(".gz").is_some_and(|raw| all.contains_key(raw)));
        Ok(files)
    }

    fn pair_by_name(
        &self,
        files: &BTreeMap<String, PathBuf>,
        set: &str,
        prefix: &str,
        belongs: impl Fn(&str) -> bool,
    ) -> Result<Option<Pair>> {
        let named = |part: &str| {
            let found: Vec<_> = files.iter().filter(|(name, _)| belongs(name) && name.contains(part)).collect();
            self.at_most_one(found.iter().map(|(_, path)| path.as_path()), &format!("the {set} {part}"))
        };
        match (named("images")?, named("labels")?) {
            (Some(images), Some(labels)) => Ok(Some(Pair { images, labels })),
            (None, None) => Ok(None),
            (images, _) => {
                let missing = if images.is_some() { "labels" } else { "images" };
                self.fail(format!(
                    "has no {set} {missing}; the name of their file should start with `{prefix}{missing}`"
                ))
            }
        }
    }

    fn pair_by_rank(&self, files: &BTreeMap<String, PathBuf>) -> Result<Pair> {
        let ranked: Vec<_> = files.values().filter_map(|path| Some((rank_of_file(path)?, path.as_path()))).collect();
        let with =
            |is_rank: fn(u8) -> bool| ranked.iter().filter(move |(rank, _)| is_rank(*rank)).map(|(_, path)| *path);
        let images = self.at_most_one(with(|rank| rank > 1), "the images")?;
        let labels = self.at_most_one(with(|rank| rank == 1), "the labels")?;
        match (images, labels) {
            (Some(images), Some(labels)) => Ok(Pair { images, labels }),
            (None, None) => self.fail(NO_FILES),
            (Some(_), None) => self.fail("has no labels: no IDX file of rank 1"),
            (None, Some(_)) => self.fail("has no images: no IDX file of rank 3 or 2"),
        }
    }

    fn at_most_one<'a>(&self, mut found: impl Iterator<Item = &'a Path>, what: &str) -> Result<Option<PathBuf>> {
        match (found.next(), found.next()) {
            (Some(one), Some(other)) => {
                let name = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                self.fail(format!(
                    "both {} and {} may be {what}; keep only one in the directory",
                    name(one),
                    name(other)
                ))
            }
            (one, _) => Ok(one.map(Path::to_path_buf)),
        }
    }
}

impl Source for IdxDirectory {
    fn load(&self, _progress: Progress) -> Result<Dataset> {
        let (train, test) = self.find()?;
        let Some(train) = train else {
            return self.fail("contains only test files; the names of training files must contain `train`");
        };
        let (train, test) = rayon::join(|| read_pair(&train), || test.as_ref().map(read_pair).transpose());
        let source = format!("idx:{}", self.directory.display());
        dataset_from_arrays(&source, train?, test?, &self.split)
    }
}

fn read_pair(pair: &Pair) -> Result<(IdxArray, Vec<i64>)> {
    let (images, labels) = (read_images(&pair.images)?, read_labels(&pair.labels)?);
    if images.shape[0] != labels.len() {
        let problem = format!(
            "has {} rows, but {} has {} labels; use files that belong together",
            images.shape[0],
            pair.labels.display(),
            labels.len()
        );
        return Err(Error::data(pair.images.display().to_string(), problem));
    }
    Ok((images, labels))
}

#[cfg(test)]
#[path = "directory_tests.rs"]
mod tests;
