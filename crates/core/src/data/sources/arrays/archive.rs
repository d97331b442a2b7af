//! An archive of arrays, whose names tell features from classes, and the part of the rows.

use std::io::{Read, Seek};

use zip::ZipArchive;
use zip::result::ZipError;

use super::npy::Array;
use super::pair::{ArrayPair, read_array};
use crate::{Error, Result};

/// Maximum number of arrays in an archive.
const MAX_ARRAYS: usize = 1000;

/// Names of arrays of features and of classes, without the word for their part.
const FEATURES: [&str; 8] = ["x", "images", "image", "data", "features", "inputs", "arr0", "input"];
const CLASSES: [&str; 10] =
    ["y", "labels", "label", "targets", "target", "classes", "class", "outputs", "arr1", "output"];

/// Part of the rows that an array holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Train,
    Valid,
    Test,
}

/// An opened archive.
pub struct Archive<R> {
    zip: ZipArchive<R>,
    names: Vec<String>,
    /// For messages.
    file: String,
}

impl<R: Read + Seek> Archive<R> {
    /// Opens the archive that `reader` holds; errors call it `file`.
    ///
    /// # Errors
    /// If it is damaged or has too many parts.
    pub fn open(reader: R, file: &str) -> Result<Self> {
        let fail = |problem: String| Error::data(file, problem);
        let damaged = |error: ZipError| fail(format!("is not a whole .npz archive ({error}); save it again"));
        let zip = ZipArchive::new(reader).map_err(damaged)?;
        if zip.len() > MAX_ARRAYS {
            return Err(fail(format!("has {} parts, more than arrays can be", zip.len())));
        }
        let names = zip.file_names().map(|name| name.map(|name| name.to_string()));
        let names = names.collect::<std::result::Result<_, _>>().map_err(damaged)?;
        Ok(Self { zip, names, file: file.to_string() })
    }

    /// Lists the names of the arrays, for messages.
    pub fn listed(&self) -> String {
        self.names.join(", ").replace(".npy", "")
    }

    /// Reads the features of a part and their classes, if the archive has both.
    ///
    /// # Errors
    /// If two arrays may be one of them, one cannot be read, or they do not fit together.
    pub fn pair(&mut self, part: Part) -> Result<Option<ArrayPair>> {
        let (Some(x), Some(y)) = (self.find(part, false)?, self.find(part, true)?) else { return Ok(None) };
        ArrayPair::new(self.read(&x)?, self.read(&y)?).map(Some)
    }

    /// Reads the features of a part, if the archive has them.
    ///
    /// # Errors
    /// As [`pair`](Self::pair).
    pub fn features(&mut self, part: Part) -> Result<Option<(String, Array)>> {
        self.find(part, false)?.map(|name| self.read(&name)).transpose()
    }

    /// Reads the only array.
    ///
    /// # Errors
    /// As [`pair`](Self::pair).
    pub fn only(&mut self) -> Result<Option<(String, Array)>> {
        match &self.names[..] {
            [only] => self.read(&only.clone()).map(Some),
            _ => Ok(None),
        }
    }

    fn find(&self, part: Part, is_classes: bool) -> Result<Option<String>> {
        let mut found = self.names.iter().filter(|name| role(name) == Some((part, is_classes)));
        match (found.next(), found.next()) {
            (Some(one), Some(other)) => {
                let what = if is_classes { "classes" } else { "features" };
                Err(Error::data(&self.file, format!("has two arrays of {what}, {one} and {other}; leave one out")))
            }
            (found, _) => Ok(found.cloned()),
        }
    }

    /// Reads an array, and names it for messages.
    fn read(&mut self, name: &str) -> Result<(String, Array)> {
        let label = format!("{}, {}", self.file, name.trim_end_matches(".npy"));
        let entry = self.zip.by_name(name);
        let entry = entry.map_err(|error| Error::data(&label, format!("cannot be read: {error}")))?;
        let array = read_array(entry, &label)?;
        Ok((label, array))
    }
}

/// Determines the part of an array by its name, and whether it holds classes.
fn role(name: &str) -> Option<(Part, bool)> {
    let name = name.strip_suffix(".npy")?.to_lowercase();
    let words = name.split(['_', '-', '.', ' ']);
    let (mut part, mut rest) = (Part::Train, String::new());
    for word in words {
        match word {
            "train" | "training" => part = Part::Train,
            "val" | "valid" | "validation" => part = Part::Valid,
            "test" | "testing" => part = Part::Test,
            word => rest.push_str(word),
        }
    }
    match rest.as_str() {
        rest if FEATURES.contains(&rest) => Some((part, false)),
        rest if CLASSES.contains(&rest) => Some((part, true)),
        _ => None,
    }
}
