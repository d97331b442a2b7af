//! One run on disk: opening it, and who may write to it.

use std::fs;
use std::path::{Path, PathBuf};

use super::atomic::remove_stray;
use super::layout::{CHECKPOINTS, PREDICTIONS, RECORD};
use super::lock::{RunLock, is_locked};
use crate::{Error, Result};

/// A run directory. It is only a place: every call reads or writes the files anew.
#[derive(Debug, Clone)]
pub struct RunDirectory {
    pub(super) path: PathBuf,
    pub(super) name: String,
}

impl RunDirectory {
    /// Opens the run directory at `path`.
    ///
    /// # Errors
    /// A sentence when there is none.
    pub fn open(path: &Path) -> Result<Self> {
        let absolute = fs::canonicalize(path).map_err(Error::io("open", path))?;
        if !absolute.is_dir() {
            return Err(Error::run(path, "is not a directory; give a run's directory or name"));
        }
        if !absolute.join(RECORD).is_file() {
            return Err(Error::run(path, format!("is not a run directory: there is no {RECORD} in it")));
        }
        let name = absolute.file_name().unwrap_or(absolute.as_os_str()).to_string_lossy().into_owned();
        Ok(Self { path: path.to_path_buf(), name })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The directory's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Takes the right to write to this run, and clears away what writers that died left half-written.
    ///
    /// # Errors
    /// A sentence when another process holds it.
    pub fn lock(&self) -> Result<RunLock> {
        let lock = RunLock::acquire(&self.path)?;
        for directory in [self.path.clone(), self.path.join(CHECKPOINTS), self.path.join(PREDICTIONS)] {
            if fs::symlink_metadata(&directory).is_ok_and(|metadata| metadata.is_dir()) || directory == self.path {
                remove_stray(&directory)?;
            }
        }
        Ok(lock)
    }

    /// Whether a process holds the right to write to this run.
    pub fn is_locked(&self) -> Result<bool> {
        is_locked(&self.path)
    }
}

/// Names of what is in `directory`, sorted; names that are not Unicode are none of this program's.
pub(super) fn entry_names(directory: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).map_err(Error::io("read", directory))? {
        let entry = entry.map_err(Error::io("read", directory))?;
        names.extend(entry.file_name().into_string().ok());
    }
    names.sort();
    Ok(names)
}
