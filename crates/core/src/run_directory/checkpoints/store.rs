//! Saves, finds and removes checkpoints in the run's `checkpoint/` directory.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::manifest::Manifest;
use crate::run_directory::files::atomic::{remove_stray, sync_directory, temporary_directory};
use crate::run_directory::files::layout::{CHECKPOINTS, MANIFEST, STATE};
use crate::run_directory::names::name_problem;
use crate::run_directory::{Checkpoint, RunDirectory};
use crate::{Error, Result};

impl RunDirectory {
    /// Creates `checkpoint/` unless it exists. Saving never creates it: if it disappears during a
    /// run, the best epoch went with it, and that must not pass unnoticed.
    ///
    /// # Errors
    /// [`Error::Run`] if something else has that name, or [`Error::Io`].
    pub fn create_checkpoint_directory(&self) -> Result<()> {
        let checkpoints = self.path().join(CHECKPOINTS);
        if real_directory(&checkpoints)?.is_none() {
            fs::create_dir(&checkpoints).map_err(Error::io("create", &checkpoints))?;
            sync_directory(self.path()).map_err(Error::io("write", &checkpoints))?;
        }
        Ok(())
    }

    /// Saves the state after `epoch`: `files`, each a name and its bytes, and `state`. Then removes all other checkpoints
    /// except those of the epochs in `keep`, and what killed writers left behind. The checkpoint is complete if the process
    /// is killed, but may be damaged by a power loss until [`sync_checkpoint`](Self::sync_checkpoint): `keep` an earlier
    /// one that is synced.
    ///
    /// # Errors
    /// [`Error::Run`] if a file's name is not a plain, unused one, or [`Error::Io`]. Earlier
    /// checkpoints are then still there, unless removing them is what failed.
    pub fn save_checkpoint(
        &self,
        epoch: usize,
        files: &[(&str, &[u8])],
        state: &impl Serialize,
        keep: &[usize],
    ) -> Result<()> {
        let checkpoints = self.path().join(CHECKPOINTS);
        let path = checkpoints.join(directory_name(epoch));
        check_file_names(&path, files)?;
        if real_directory(&checkpoints)?.is_none() {
            return Err(Error::run(
                &checkpoints,
                "was removed during the run; put it back and resume the run, or resume without it to train from the start",
            ));
        }
        let not_json = |error: serde_json::Error| Error::run(&path, format!("the state cannot be written: {error}"));
        let state = serde_json::to_vec_pretty(state).map_err(not_json)?;
        let mut files = files.to_vec();
        files.push((STATE, &state));
        let manifest = Manifest::new(epoch, &files).to_json().map_err(not_json)?;
        files.push((MANIFEST, &manifest));
        write_checkpoint(&checkpoints, &path, &files).map_err(Error::io("write", &path))?;
        self.remove_checkpoints(|other| other != epoch && !keep.contains(&other))?;
        remove_stray(&checkpoints)
    }

    /// Makes the checkpoint of `epoch` survive a power loss.
    ///
    /// # Errors
    /// [`Error::Io`] if it is missing or the disk fails.
    pub fn sync_checkpoint(&self, epoch: usize) -> Result<()> {
        let path = self.checkpoint_path(epoch);
        let sync = || {
            for entry in fs::read_dir(&path)? {
                // Windows syncs only what may be written.
                fs::OpenOptions::new().read(true).write(true).open(entry?.path())?.sync_all()?;
            }
            sync_directory(&path)?;
            sync_directory(&self.path().join(CHECKPOINTS))
        };
        sync().map_err(Error::io("write", &path))
    }

    /// Returns the epochs that have a checkpoint, intact or not, in ascending order.
    pub fn checkpoint_epochs(&self) -> Result<Vec<usize>> {
        let Some(directory) = real_directory(&self.path().join(CHECKPOINTS))? else { return Ok(Vec::new()) };
        let mut epochs = Vec::new();
        for entry in fs::read_dir(&directory).map_err(Error::io("read", &directory))? {
            let entry = entry.map_err(Error::io("read", &directory))?;
            let epoch = entry.file_name().to_str().and_then(epoch_of);
            // The type of the entry itself: a symbolic link is not a checkpoint.
            if let (Some(epoch), true) = (epoch, entry.file_type().is_ok_and(|kind| kind.is_dir())) {
                epochs.push(epoch);
            }
        }
        epochs.sort_unstable();
        Ok(epochs)
    }

    /// Returns the newest intact checkpoint, or `None`; [`Checkpoint::rejected`] holds the problems
    /// of newer ones.
    ///
    /// # Errors
    /// [`Error::Io`] if a checkpoint cannot be read, since it may be intact.
    pub fn newest_checkpoint(&self) -> Result<Option<Checkpoint>> {
        self.newest_checkpoint_up_to(usize::MAX)
    }

    /// Returns the newest intact checkpoint of the epochs up to `last`, as [`newest_checkpoint`](Self::newest_checkpoint).
    ///
    /// # Errors
    /// As [`newest_checkpoint`](Self::newest_checkpoint).
    pub fn newest_checkpoint_up_to(&self, last: usize) -> Result<Option<Checkpoint>> {
        let mut rejected = Vec::new();
        for epoch in self.checkpoint_epochs()?.into_iter().rev().filter(|epoch| *epoch <= last) {
            match Checkpoint::read(&self.checkpoint_path(epoch), epoch) {
                Ok(mut checkpoint) => {
                    checkpoint.rejected = rejected;
                    return Ok(Some(checkpoint));
                }
                Err(error @ Error::Run { .. }) => rejected.push(error),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Returns the checkpoint of `epoch`.
    ///
    /// # Errors
    /// [`Error::Run`] if there is no such checkpoint or it is damaged.
    pub fn checkpoint(&self, epoch: usize) -> Result<Checkpoint> {
        let epochs = self.checkpoint_epochs()?;
        let path = self.checkpoint_path(epoch);
        if !epochs.contains(&epoch) {
            let problem = format!("there is no such checkpoint; the run has those of epochs {epochs:?}");
            return Err(Error::run(path, problem));
        }
        Checkpoint::read(&path, epoch)
    }

    /// Removes all checkpoints except those of `epochs`: later ones, which a resumed run will
    /// replace, and old ones that a killed writer left.
    pub fn keep_checkpoints(&self, epochs: &[usize]) -> Result<()> {
        self.remove_checkpoints(|other| !epochs.contains(&other))
    }

    fn remove_checkpoints(&self, unwanted: impl Fn(usize) -> bool) -> Result<()> {
        for epoch in self.checkpoint_epochs()?.into_iter().filter(|&epoch| unwanted(epoch)) {
            let path = self.checkpoint_path(epoch);
            remove_checkpoint(&self.path().join(CHECKPOINTS), &path).map_err(Error::io("remove", &path))?;
        }
        Ok(())
    }

    fn checkpoint_path(&self, epoch: usize) -> PathBuf {
        self.path().join(CHECKPOINTS).join(directory_name(epoch))
    }
}

/// Writes `files` to a hidden directory, then renames it to `path`.
fn write_checkpoint(checkpoints: &Path, path: &Path, files: &[(&str, &[u8])]) -> io::Result<()> {
    let new = temporary_directory(checkpoints)?;
    for (name, bytes) in files {
        fs::File::create_new(new.path().join(name))?.write_all(bytes)?;
    }
    // A directory cannot be renamed onto another, so one of the same epoch moves into `old`, which
    // is removed on drop.
    let old = temporary_directory(checkpoints)?;
    let aside = old.path().join("old");
    if fs::symlink_metadata(path).is_ok() {
        fs::rename(path, &aside)?;
    }
    fs::rename(new.path(), path).inspect_err(|_| {
        let _ = fs::rename(&aside, path);
    })?;
    // The hidden path is gone, so there is nothing left to remove.
    let _ = new.keep();
    Ok(())
}

/// Renames before deleting, so that a process killed here leaves no half-deleted checkpoint.
fn remove_checkpoint(checkpoints: &Path, path: &Path) -> io::Result<()> {
    let old = temporary_directory(checkpoints)?;
    fs::rename(path, old.path().join("old"))?;
    old.close()
}

fn check_file_names(path: &Path, files: &[(&str, &[u8])]) -> Result<()> {
    for (index, (name, _)) in files.iter().enumerate() {
        let reserved = [STATE, MANIFEST].contains(name) || files[..index].iter().any(|(other, _)| other == name);
        if let Some(problem) = name_problem(name).or(reserved.then_some("is already used; choose another name")) {
            return Err(Error::run(path, format!("the file name {name:?} {problem}")));
        }
    }
    Ok(())
}

/// Returns `path` if it is a directory, `None` if nothing exists there. Refuses a symbolic link,
/// which could lead out of the run.
fn real_directory(path: &Path) -> Result<Option<PathBuf>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(Some(path.to_path_buf())),
        Ok(_) => Err(Error::run(
            path,
            "is not a directory; remove it (to store a run elsewhere, link the whole run directory)",
        )),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}

fn directory_name(epoch: usize) -> String {
    format!("epoch-{epoch:06}")
}

fn epoch_of(name: &str) -> Option<usize> {
    let epoch = name.strip_prefix("epoch-")?.parse().ok()?;
    (directory_name(epoch) == name).then_some(epoch)
}

#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
