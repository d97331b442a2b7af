//! Image files with their classes, before they are read.

use std::fmt;
use std::path::PathBuf;

use super::part::Part;
use crate::Error;

/// An image file and its class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ImageFile {
    pub path: PathBuf,
    pub class: u32,
}

/// A file that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadFile {
    pub path: PathBuf,
    pub problem: String,
}

impl BadFile {
    /// Returns the error to report unless bad files are left out.
    pub fn refused(&self) -> Error {
        let problem = format!("{}; fix or remove it, or leave such files out with --skip-bad", self.problem);
        Error::data(self.path.display().to_string(), problem)
    }
}

impl fmt::Display for BadFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.path.display(), self.problem)
    }
}

/// The image files of a source.
#[derive(Debug, Default)]
pub(super) struct ImageSet {
    pub class_names: Vec<String>,
    pub train: Vec<ImageFile>,
    /// `None` without a validation set of the source's own.
    pub valid: Option<Vec<ImageFile>>,
    /// `None` without a test set of the source's own.
    pub test: Option<Vec<ImageFile>>,
    /// Entries that cannot be used, as their name or type says.
    pub bad: Vec<BadFile>,
    /// Remarks for the user, each a sentence.
    pub notes: Vec<String>,
}

impl ImageSet {
    /// Returns the files of a part, which exists from then on.
    pub fn part(&mut self, part: Part) -> &mut Vec<ImageFile> {
        match part {
            Part::Train => &mut self.train,
            Part::Valid => self.valid.get_or_insert_default(),
            Part::Test => self.test.get_or_insert_default(),
        }
    }
}
