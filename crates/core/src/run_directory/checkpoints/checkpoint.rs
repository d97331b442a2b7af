//! A verified checkpoint to resume from.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::manifest::{Manifest, REMEDY};
use crate::run_directory::files::bounded_read::{damaged, parse_json, read_required};
use crate::run_directory::files::layout::{MANIFEST, MAX_TEXT_BYTES, MAX_WEIGHTS_BYTES, STATE};
use crate::run_directory::names::name_problem;
use crate::{Error, Result};

/// A checkpoint whose files all passed verification.
#[derive(Debug)]
pub struct Checkpoint {
    epoch: usize,
    directory: PathBuf,
    files: Vec<(String, Vec<u8>)>,
    pub(crate) rejected: Vec<Error>,
}

impl Checkpoint {
    /// Reads and verifies the checkpoint of `epoch` at `directory`.
    pub(crate) fn read(directory: &Path, epoch: usize) -> Result<Self> {
        let path = directory.join(MANIFEST);
        let manifest = Manifest::parse(&path, &read_required(&path, MAX_TEXT_BYTES, REMEDY)?, epoch)?;
        let mut files = Vec::new();
        let mut limit = MAX_WEIGHTS_BYTES;
        for entry in &manifest.files {
            if let Some(problem) = name_problem(&entry.name) {
                return Err(damaged(&path, format!("the file name {:?} {problem}", entry.name), REMEDY));
            }
            let path = directory.join(&entry.name);
            let bytes = read_required(&path, limit, REMEDY)?;
            limit -= bytes.len() as u64;
            entry.verify(&path, &bytes)?;
            files.push((entry.name.clone(), bytes));
        }
        Ok(Self { epoch, directory: directory.to_path_buf(), files, rejected: Vec::new() })
    }

    /// Epoch after which it was saved, counted from 1.
    pub fn epoch(&self) -> usize {
        self.epoch
    }

    /// Why newer checkpoints were rejected, newest first.
    pub fn rejected(&self) -> &[Error] {
        &self.rejected
    }

    /// Returns the bytes of the file that was saved as `name`.
    ///
    /// # Errors
    /// [`Error::Run`] if the checkpoint has no such file.
    pub fn part(&self, name: &str) -> Result<&[u8]> {
        let part = self.files.iter().find(|(file, _)| file == name);
        let missing = || Error::run(self.directory.join(name), "is not in the checkpoint; start a new run");
        part.map(|(_, bytes)| bytes.as_slice()).ok_or_else(missing)
    }

    /// Deserializes the state that was saved with the files.
    ///
    /// # Errors
    /// [`Error::Run`] if it is not a `T`.
    pub fn state<T: DeserializeOwned>(&self) -> Result<T> {
        parse_json(&self.directory.join(STATE), self.part(STATE)?, REMEDY)
    }
}
