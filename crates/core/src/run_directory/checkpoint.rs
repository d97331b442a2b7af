//! A complete, verified state to go on from.

use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use super::layout::{MANIFEST, SMALL_FILE, STATE, WEIGHTS_FILE};
use super::manifest::{Manifest, REMEDY};
use super::names::problem_of;
use super::read::{damaged, parse_json, read_required};
use crate::{Error, Result};

/// A checkpoint, read whole and verified.
#[derive(Debug)]
pub struct Checkpoint {
    epoch: usize,
    directory: PathBuf,
    files: Vec<(String, Vec<u8>)>,
    pub(super) passed_over: Vec<Error>,
}

impl Checkpoint {
    /// Reads the checkpoint of `epoch` at `directory`.
    pub(super) fn read(directory: &Path, epoch: usize) -> Result<Self> {
        let path = directory.join(MANIFEST);
        let manifest = Manifest::parse(&path, &read_required(&path, SMALL_FILE, REMEDY)?, epoch)?;
        let mut files = Vec::new();
        let mut limit = WEIGHTS_FILE;
        for entry in &manifest.files {
            if let Some(problem) = problem_of(&entry.name) {
                return Err(damaged(&path, format!("the file name {:?} {problem}", entry.name), REMEDY));
            }
            let path = directory.join(&entry.name);
            let bytes = read_required(&path, limit, REMEDY)?;
            limit -= bytes.len() as u64;
            entry.verify(&path, &bytes)?;
            files.push((entry.name.clone(), bytes));
        }
        Ok(Self { epoch, directory: directory.to_path_buf(), files, passed_over: Vec::new() })
    }

    /// The epoch after which it was saved, counted from 1.
    pub fn epoch(&self) -> usize {
        self.epoch
    }

    /// Why newer checkpoints did not count, newest first.
    pub fn passed_over(&self) -> &[Error] {
        &self.passed_over
    }

    /// The bytes of the part that was saved under `name`.
    ///
    /// # Errors
    /// A sentence when there is none.
    pub fn part(&self, name: &str) -> Result<&[u8]> {
        let part = self.files.iter().find(|(file, _)| file == name);
        let missing = || Error::run(self.directory.join(name), "is not in the checkpoint; start a new run");
        part.map(|(_, bytes)| bytes.as_slice()).ok_or_else(missing)
    }

    /// The state that was saved beside the parts.
    ///
    /// # Errors
    /// A sentence when it is not a `T`.
    pub fn state<T: DeserializeOwned>(&self) -> Result<T> {
        parse_json(&self.directory.join(STATE), self.part(STATE)?, REMEDY)
    }
}
