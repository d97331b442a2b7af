//! Creates a run: its directory appears complete with its first files, or not at all.
//!
//! The directory is filled under a hidden name beside the other runs and then renamed. That never
//! replaces a run, because a directory cannot be renamed onto a non-empty one. If the process dies
//! first, the next process to create a run removes the hidden directory; the lock in it tells
//! whether its creator is still alive.

use std::fs;
use std::io;
use std::path::Path;

use tempfile::TempDir;

use super::files::atomic::{is_new_run, new_run_directory, sync_directory};
use super::files::layout::LOCK;
use super::files::lock::RunLock;
use super::names::{check_name, next_number, numbered};
use super::record::started_in::way_from_run;
use super::{RunDirectory, RunRecord, entry_names};
use crate::{Error, Result};

/// Maximum number of names to try while other processes take them.
const MAX_NAME_ATTEMPTS: usize = 1000;

/// Maximum number of hidden directories that others may remove as abandoned before they are locked.
const MAX_FILL_ATTEMPTS: usize = 100;

impl RunDirectory {
    /// Creates a new, locked run in `out`, which is created if needed. It is called `name`, or
    /// without one the first free of `stem-001`, `stem-002`, ... (see
    /// [`readable_stem`](super::readable_stem)); two processes never get the same name. Writes
    /// `config` to config.toml and `record`, whose name it sets, to run.json.
    ///
    /// # Errors
    /// [`Error::Config`] if `name` is not a plain name, [`Error::Run`] if it is taken or `out` is a
    /// file, [`Error::Io`] if `out` cannot be created or written to. Nothing is left behind.
    pub fn create(
        out: &Path,
        name: Option<&str>,
        stem: &str,
        config: &str,
        record: &mut RunRecord,
    ) -> Result<(Self, RunLock)> {
        check_name(name.unwrap_or(stem))?;
        create_out(out)?;
        // An abandoned directory that cannot be removed does no harm.
        let _ = remove_abandoned(out);
        if let Some(name) = name {
            return try_create(out, name, config, record)?.ok_or_else(|| taken(out, name));
        }
        let names = entry_names(out)?;
        let first = next_number(stem, names.iter().map(String::as_str));
        for number in (first..=usize::MAX).take(MAX_NAME_ATTEMPTS) {
            if let Some(created) = try_create(out, &numbered(stem, number), config, record)? {
                return Ok(created);
            }
        }
        Err(Error::run(out, format!("has no free name for a run {stem:?}; choose one with --name")))
    }

    /// Checks, before any long work, that [`create`](Self::create) will find `name` free and `out`
    /// usable. Creates `out`.
    ///
    /// # Errors
    /// See [`create`](Self::create).
    pub fn check_free(out: &Path, name: Option<&str>) -> Result<()> {
        name.map_or(Ok(()), check_name)?;
        create_out(out)?;
        match name {
            Some(name) if fs::symlink_metadata(out.join(name)).is_ok() => Err(taken(out, name)),
            _ => Ok(()),
        }
    }
}

fn create_out(out: &Path) -> Result<()> {
    check_out(out)?;
    fs::create_dir_all(out).map_err(Error::io("create", out))
}

/// Refuses an `out` that exists but is not a directory.
pub(super) fn check_out(out: &Path) -> Result<()> {
    match out.exists() && !out.is_dir() {
        true => Err(Error::run(out, "is not a directory; choose the directory for runs with --out")),
        false => Ok(()),
    }
}

fn taken(out: &Path, name: &str) -> Error {
    let problem = "already exists and is not overwritten; choose another --name, or continue it with --resume";
    Error::run(out.join(name), problem)
}

/// Creates the run `name`; returns `None` if the name is taken.
fn try_create(out: &Path, name: &str, config: &str, record: &mut RunRecord) -> Result<Option<(RunDirectory, RunLock)>> {
    let path = out.join(name);
    if fs::symlink_metadata(&path).is_ok() {
        return Ok(None);
    }
    record.name = name.to_string();
    record.started_in = way_from_run(out)?;
    let (hidden, lock) = fill(out, &path, config, record)?;
    // Windows cannot rename a directory that contains an open file.
    let lock = (!cfg!(windows)).then_some(lock);
    match fs::rename(hidden.path(), &path) {
        Ok(()) => drop(hidden.keep()),
        Err(_) if fs::symlink_metadata(&path).is_ok() => return Ok(None),
        Err(error) => return Err(Error::io("create", &path)(error)),
    }
    let lock = lock.map_or_else(|| RunLock::acquire(&path), Ok)?;
    sync_directory(out).map_err(Error::io("write", out))?;
    Ok(Some((RunDirectory { path, name: name.to_string() }, lock)))
}

/// Creates and locks a hidden directory in `out` with the first files of the run that will be at
/// `path`.
fn fill(out: &Path, path: &Path, config: &str, record: &mut RunRecord) -> Result<(TempDir, RunLock)> {
    let mut attempts = 0;
    loop {
        let hidden = new_run_directory(out).map_err(Error::io("create", path))?;
        attempts += 1;
        match write_first_files(hidden.path(), config, record) {
            Ok(lock) => return Ok((hidden, lock)),
            Err(error) if attempts < MAX_FILL_ATTEMPTS && was_removed(&error) => (),
            Err(error) => return Err(with_final_path(error, hidden.path(), path)),
        }
    }
}

fn write_first_files(hidden: &Path, config: &str, record: &mut RunRecord) -> Result<RunLock> {
    let lock = RunLock::acquire(hidden)?;
    let run = RunDirectory { path: hidden.to_path_buf(), name: record.name.clone() };
    run.write_config(config)?;
    run.write_record(record)?;
    Ok(lock)
}

/// Returns whether another process removed the directory as abandoned before it was locked.
fn was_removed(error: &Error) -> bool {
    match error {
        Error::Io { source, .. } => source.kind() == io::ErrorKind::NotFound,
        Error::Run { .. } => true,
        _ => false,
    }
}

/// Replaces the hidden path in `error` with the run's.
fn with_final_path(error: Error, hidden: &Path, path: &Path) -> Error {
    match error {
        Error::Io { action, path: file, source } => {
            let file = file.strip_prefix(hidden).map(|file| path.join(file)).unwrap_or(file);
            Error::Io { action, path: file, source }
        }
        other => other,
    }
}

/// Removes hidden directories in `out` whose creator died.
fn remove_abandoned(out: &Path) -> io::Result<()> {
    for entry in fs::read_dir(out)? {
        let entry = entry?;
        if is_new_run(&entry.file_name()) && entry.file_type()?.is_dir() {
            // A directory that is locked, or that cannot be removed, stays.
            let _ = RunLock::try_acquire(&entry.path()).map(|lock| remove_locked(&entry.path(), lock));
        }
    }
    Ok(())
}

/// Removes the lock file last: until then nobody else uses the directory.
fn remove_locked(directory: &Path, _lock: RunLock) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_name() != LOCK {
            ignore_missing(fs::remove_file(entry.path()))?;
        }
    }
    ignore_missing(fs::remove_file(directory.join(LOCK)))?;
    ignore_missing(fs::remove_dir(directory))
}

/// Ignores entries that are gone: the directory's creator may be removing it too.
fn ignore_missing(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

#[cfg(test)]
#[path = "create_tests.rs"]
mod tests;
