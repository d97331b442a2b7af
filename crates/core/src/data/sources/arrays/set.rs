//! Reads the arrays of a source.

use std::fs::File;
use std::path::Path;

use super::archive::{Archive, Part};
use super::pair::ArrayPair;
use crate::{Error, Result};

/// The arrays of a source.
pub struct ArraySet {
    pub train: ArrayPair,
    pub valid: Option<ArrayPair>,
    pub test: Option<ArrayPair>,
}

impl ArraySet {
    /// Reads an archive, whose names tell features from classes, and the parts: `x_train`, `y_test`, `X`, `labels`.
    ///
    /// # Errors
    /// If it cannot be read, has no such names, or its arrays do not fit together.
    pub fn of_archive(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let mut archive = Archive::open(File::open(path).map_err(Error::io("read", path))?, &name)?;
        let Some(train) = archive.pair(Part::Train)? else { return Err(without_pair(&archive.listed(), &name)) };
        let set = Self { train, valid: archive.pair(Part::Valid)?, test: archive.pair(Part::Test)? };
        for (part, other) in [("validation", &set.valid), ("test", &set.test)] {
            let (own, other) = (&set.train.features.shape, other.as_ref().map(|pair| &pair.features.shape));
            if let Some(other) = other.filter(|other| other[1..] != own[1..]) {
                let problem = format!(
                    "has {part} features of shape {other:?}, but training features of {own:?}; save both in one shape"
                );
                return Err(Error::data(&name, problem));
            }
        }
        Ok(set)
    }
}

/// Refuses an archive whose names do not tell features from classes.
pub fn without_pair(listed: &str, file: &str) -> Error {
    let problem = format!("has the arrays {listed}; name features x or x_train, and their classes y or y_train");
    Error::data(file, problem)
}
