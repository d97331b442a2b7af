//! Making a run: its directory appears under its name with all that a run begins with, or not at all.
//!
//! It is filled under a hidden name beside the other runs and then renamed, which never replaces a run: a directory that
//! holds something cannot be renamed onto. A process that dies before that leaves the hidden directory, and the next one
//! to make a run removes it. Who fills one holds its lock, which tells the living from the dead.

use std::fs;
use std::io;
use std::path::Path;

use tempfile::TempDir;

use super::atomic::{is_new_run, new_run_directory, sync_directory};
use super::directory::entry_names;
use super::layout::LOCK;
use super::lock::RunLock;
use super::names::{check_name, next_number, numbered};
use super::{RunDirectory, RunRecord};
use crate::{Error, Result};

/// Most names that are tried in a row when others take them at the same time.
const NAMES: usize = 1000;

/// Most hidden directories in a row that others take for a dead process's before they are locked.
const FILLINGS: usize = 100;

impl RunDirectory {
    /// Makes a new run under `out`, which is made too if need be: `name`, or without one the first free of `stem-001`,
    /// `stem-002`, ... (see [`readable_stem`](super::readable_stem)). Two processes never get the same. The run is
    /// locked, and has `config` as its config.toml and `record`, which is given the name, as its run.json.
    ///
    /// # Errors
    /// A sentence when `name` is taken or is no plain name, or `out` is a file; [`Error::Io`] when `out` cannot be made or
    /// written to. Nothing is left behind then.
    pub fn create(
        out: &Path,
        name: Option<&str>,
        stem: &str,
        config: &str,
        record: &mut RunRecord,
    ) -> Result<(Self, RunLock)> {
        check_name(name.unwrap_or(stem))?;
        make_out(out)?;
        // What cannot be removed is in nobody's way.
        let _ = remove_dead(out);
        if let Some(name) = name {
            return try_create(out, name, config, record)?.ok_or_else(|| taken(out, name));
        }
        let names = entry_names(out)?;
        let first = next_number(stem, names.iter().map(String::as_str));
        for number in (first..=usize::MAX).take(NAMES) {
            if let Some(created) = try_create(out, &numbered(stem, number), config, record)? {
                return Ok(created);
            }
        }
        Err(Error::run(out, format!("no free name for a run {stem:?} was found; give one with --name")))
    }

    /// Checks, before any long work, that [`create`](Self::create) would find `name` free and `out` usable. Makes `out`.
    ///
    /// # Errors
    /// As [`create`](Self::create).
    pub fn check_free(out: &Path, name: Option<&str>) -> Result<()> {
        name.map_or(Ok(()), check_name)?;
        make_out(out)?;
        match name {
            Some(name) if fs::symlink_metadata(out.join(name)).is_ok() => Err(taken(out, name)),
            _ => Ok(()),
        }
    }
}

fn make_out(out: &Path) -> Result<()> {
    check_out(out)?;
    fs::create_dir_all(out).map_err(Error::io("create", out))
}

/// Refuses an `out` that is there but no directory.
pub(super) fn check_out(out: &Path) -> Result<()> {
    match out.exists() && !out.is_dir() {
        true => Err(Error::run(out, "is not a directory; choose one for runs with --out")),
        false => Ok(()),
    }
}

fn taken(out: &Path, name: &str) -> Error {
    let problem = "is already there and is not overwritten; give another --name, or continue it with --resume";
    Error::run(out.join(name), problem)
}

/// `None` if the name is taken.
fn try_create(out: &Path, name: &str, config: &str, record: &mut RunRecord) -> Result<Option<(RunDirectory, RunLock)>> {
    let path = out.join(name);
    if fs::symlink_metadata(&path).is_ok() {
        return Ok(None);
    }
    record.name = name.to_string();
    let (hidden, lock) = fill(out, &path, config, record)?;
    // Windows renames no directory in which a file is open.
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

/// A hidden directory in `out` that holds the beginnings of the run that will be at `path`, and its lock.
fn fill(out: &Path, path: &Path, config: &str, record: &mut RunRecord) -> Result<(TempDir, RunLock)> {
    let mut attempts = 0;
    loop {
        let hidden = new_run_directory(out).map_err(Error::io("create", path))?;
        attempts += 1;
        match begin(hidden.path(), config, record) {
            Ok(lock) => return Ok((hidden, lock)),
            Err(error) if attempts < FILLINGS && is_taken_away(&error) => (),
            Err(error) => return Err(under_its_name(error, hidden.path(), path)),
        }
    }
}

fn begin(hidden: &Path, config: &str, record: &mut RunRecord) -> Result<RunLock> {
    let lock = RunLock::acquire(hidden)?;
    let run = RunDirectory { path: hidden.to_path_buf(), name: record.name.clone() };
    run.write_config(config)?;
    run.write_record(record)?;
    Ok(lock)
}

/// Another process has taken the directory for a dead one's, before it was locked.
fn is_taken_away(error: &Error) -> bool {
    match error {
        Error::Io { source, .. } => source.kind() == io::ErrorKind::NotFound,
        Error::Run { .. } => true,
        _ => false,
    }
}

/// `error` with the path that a person knows.
fn under_its_name(error: Error, hidden: &Path, path: &Path) -> Error {
    match error {
        Error::Io { action, path: file, source } => {
            let file = file.strip_prefix(hidden).map(|file| path.join(file)).unwrap_or(file);
            Error::Io { action, path: file, source }
        }
        other => other,
    }
}

/// Removes what processes that died while they made a run left in `out`.
fn remove_dead(out: &Path) -> io::Result<()> {
    for entry in fs::read_dir(out)? {
        let entry = entry?;
        if is_new_run(&entry.file_name()) && entry.file_type()?.is_dir() {
            // A directory that others work on stays, and so does one that cannot be removed.
            let _ = RunLock::acquire_at_once(&entry.path()).map(|lock| remove_locked(&entry.path(), lock));
        }
    }
    Ok(())
}

/// The lock's file goes last: until then nobody else fills the directory.
fn remove_locked(directory: &Path, _lock: RunLock) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_name() != LOCK {
            removed(fs::remove_file(entry.path()))?;
        }
    }
    removed(fs::remove_file(directory.join(LOCK)))?;
    removed(fs::remove_dir(directory))
}

/// The process that gives a directory up may be removing it too.
fn removed(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
