//! One run on disk: making it, opening it, and who may write to it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::atomic::remove_stray;
use super::layout::{CHECKPOINTS, PREDICTIONS, RECORD};
use super::lock::{RunLock, is_locked};
use super::names::{check_name, next_number, numbered};
use crate::{Error, Result};

/// Most names that are tried in a row when others take them at the same time.
const ATTEMPTS: usize = 1000;

/// A run directory. It is only a place: every call reads or writes the files anew.
#[derive(Debug, Clone)]
pub struct RunDirectory {
    path: PathBuf,
    name: String,
}

impl RunDirectory {
    /// Makes a new, empty run directory under `out`, which is made too if need be: `name`, or without one the first free
    /// of `stem-001`, `stem-002`, ... (see [`readable_stem`](super::readable_stem)). Two processes never get the same.
    ///
    /// # Errors
    /// A sentence when `name` is taken or is no plain name, or `out` is a file; [`Error::Io`] when `out` cannot be made or
    /// written to.
    pub fn create(out: &Path, name: Option<&str>, stem: &str) -> Result<Self> {
        check_name(name.unwrap_or(stem))?;
        make_place(out)?;
        match name {
            Some(name) => Self::create_named(out, name),
            None => Self::create_numbered(out, stem),
        }
    }

    /// Checks, before any long work, that [`create`](Self::create) would find `name` free and `out` usable. Makes `out`.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn check_free(out: &Path, name: Option<&str>) -> Result<()> {
        name.map_or(Ok(()), check_name)?;
        make_place(out)?;
        match name {
            Some(name) if fs::symlink_metadata(out.join(name)).is_ok() => Err(taken(out, name)),
            _ => Ok(()),
        }
    }

    fn create_named(out: &Path, name: &str) -> Result<Self> {
        Self::try_create(out, name)?.ok_or_else(|| taken(out, name))
    }

    fn create_numbered(out: &Path, stem: &str) -> Result<Self> {
        let taken = entry_names(out)?;
        let first = next_number(stem, taken.iter().map(String::as_str));
        for number in (first..=usize::MAX).take(ATTEMPTS) {
            if let Some(run) = Self::try_create(out, &numbered(stem, number))? {
                return Ok(run);
            }
        }
        Err(Error::run(out, format!("no free name for a run {stem:?} was found; give one with --name")))
    }

    /// `None` if the name is taken.
    fn try_create(out: &Path, name: &str) -> Result<Option<Self>> {
        let path = out.join(name);
        match fs::create_dir(&path) {
            Ok(()) => Ok(Some(Self { path, name: name.to_string() })),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(None),
            Err(error) => Err(Error::io("create", &path)(error)),
        }
    }

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
            return Err(Error::run(
                path,
                format!(
                    "is not a run directory: there is no {RECORD} in it; if a run was killed as it began, remove the directory"
                ),
            ));
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

fn make_place(out: &Path) -> Result<()> {
    check_place(out)?;
    fs::create_dir_all(out).map_err(Error::io("create", out))
}

/// Refuses an `out` that is there but no directory.
pub(super) fn check_place(out: &Path) -> Result<()> {
    match out.exists() && !out.is_dir() {
        true => Err(Error::run(out, "is not a directory; choose one for runs with --out")),
        false => Ok(()),
    }
}

fn taken(out: &Path, name: &str) -> Error {
    let problem = "is already there and is not overwritten; give another --name, or continue it with --resume";
    Error::run(out.join(name), problem)
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
