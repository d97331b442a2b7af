//! The run's `checkpoint/` directory: saving, finding and removing checkpoints.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::atomic::{remove_stray, sync_directory, temporary_directory, write_durably};
use super::layout::{CHECKPOINTS, MANIFEST, STATE};
use super::manifest::Manifest;
use super::names::problem_of;
use super::{Checkpoint, RunDirectory};
use crate::{Error, Result};

impl RunDirectory {
    /// Makes the directory that holds the checkpoints, unless it is there. Saving never makes it: one that is removed
    /// while a run goes on took the best epoch with it, which must not pass unnoticed.
    ///
    /// # Errors
    /// A sentence when something else is there, or [`Error::Io`].
    pub fn make_checkpoint_directory(&self) -> Result<()> {
        let checkpoints = self.path().join(CHECKPOINTS);
        if real_directory(&checkpoints)?.is_none() {
            fs::create_dir(&checkpoints).map_err(Error::io("create", &checkpoints))?;
            sync_directory(self.path()).map_err(Error::io("write", &checkpoints))?;
        }
        Ok(())
    }

    /// Saves the state after `epoch`: `parts`, each a file name and its bytes, and `state`. Once it is safely there, all
    /// other checkpoints are removed but those of the epochs in `keep`, and what dead writers left.
    ///
    /// # Errors
    /// A sentence when a part's name is not a plain, unused file name, or [`Error::Io`]; the checkpoints that were there
    /// before are then still there, unless the failure was in removing.
    pub fn save_checkpoint(
        &self,
        epoch: usize,
        parts: &[(&str, &[u8])],
        state: &impl Serialize,
        keep: &[usize],
    ) -> Result<()> {
        let checkpoints = self.path().join(CHECKPOINTS);
        let path = checkpoints.join(directory_name(epoch));
        check_part_names(&path, parts)?;
        if real_directory(&checkpoints)?.is_none() {
            return Err(Error::run(
                &checkpoints,
                "was removed while the run went on; put it back and resume the run, or resume without it to train from the start",
            ));
        }
        let not_json = |error: serde_json::Error| Error::run(&path, format!("the state cannot be written: {error}"));
        let state = serde_json::to_vec_pretty(state).map_err(not_json)?;
        let mut files = parts.to_vec();
        files.push((STATE, &state));
        let manifest = Manifest::new(epoch, &files).to_json().map_err(not_json)?;
        files.push((MANIFEST, &manifest));
        write_checkpoint(&checkpoints, &path, &files).map_err(Error::io("write", &path))?;
        self.remove_checkpoints(|other| other != epoch && !keep.contains(&other))?;
        remove_stray(&checkpoints)
    }

    /// Epochs that have a checkpoint, whole or not, lowest first.
    pub fn checkpoint_epochs(&self) -> Result<Vec<usize>> {
        let Some(directory) = real_directory(&self.path().join(CHECKPOINTS))? else { return Ok(Vec::new()) };
        let mut epochs = Vec::new();
        for entry in fs::read_dir(&directory).map_err(Error::io("read", &directory))? {
            let entry = entry.map_err(Error::io("read", &directory))?;
            let epoch = entry.file_name().to_str().and_then(epoch_of);
            // The entry's own kind: a symbolic link is not a checkpoint.
            if let (Some(epoch), true) = (epoch, entry.file_type().is_ok_and(|kind| kind.is_dir())) {
                epochs.push(epoch);
            }
        }
        epochs.sort_unstable();
        Ok(epochs)
    }

    /// The newest checkpoint that verifies; [`Checkpoint::passed_over`] says why newer ones did not. `None` if none does.
    ///
    /// # Errors
    /// [`Error::Io`] when one cannot be read at all, since it may be whole.
    pub fn newest_checkpoint(&self) -> Result<Option<Checkpoint>> {
        let mut passed_over = Vec::new();
        for epoch in self.checkpoint_epochs()?.into_iter().rev() {
            match Checkpoint::read(&self.checkpoint_path(epoch), epoch) {
                Ok(mut checkpoint) => {
                    checkpoint.passed_over = passed_over;
                    return Ok(Some(checkpoint));
                }
                Err(error @ Error::Run { .. }) => passed_over.push(error),
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// The checkpoint of `epoch`.
    ///
    /// # Errors
    /// A sentence when there is none, or it does not verify.
    pub fn checkpoint(&self, epoch: usize) -> Result<Checkpoint> {
        let epochs = self.checkpoint_epochs()?;
        let path = self.checkpoint_path(epoch);
        if !epochs.contains(&epoch) {
            let problem = format!("there is no such checkpoint; there are those of epochs {epochs:?}");
            return Err(Error::run(path, problem));
        }
        Checkpoint::read(&path, epoch)
    }

    /// Removes all checkpoints but those of `epochs`: a resumed run must not meet its own future, and a writer that died
    /// may have left old ones.
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

/// Writes `files` where nobody looks, then gives their directory its name, `path`.
fn write_checkpoint(checkpoints: &Path, path: &Path, files: &[(&str, &[u8])]) -> io::Result<()> {
    let new = temporary_directory(checkpoints)?;
    for (name, bytes) in files {
        write_durably(&new.path().join(name), bytes)?;
    }
    sync_directory(new.path())?;
    // A directory cannot be renamed onto another: one of the same epoch goes out of the way, and away when `old` drops.
    let old = temporary_directory(checkpoints)?;
    let aside = old.path().join("old");
    if fs::symlink_metadata(path).is_ok() {
        fs::rename(path, &aside)?;
    }
    fs::rename(new.path(), path).inspect_err(|_| {
        let _ = fs::rename(&aside, path);
    })?;
    // Nothing is at its hidden path any more for it to remove.
    let _ = new.keep();
    sync_directory(checkpoints)
}

/// Takes the checkpoint's name away first: a process that dies here leaves nothing that looks like a damaged one.
fn remove_checkpoint(checkpoints: &Path, path: &Path) -> io::Result<()> {
    let old = temporary_directory(checkpoints)?;
    fs::rename(path, old.path().join("old"))?;
    old.close()
}

fn check_part_names(path: &Path, parts: &[(&str, &[u8])]) -> Result<()> {
    for (index, (name, _)) in parts.iter().enumerate() {
        let reserved = [STATE, MANIFEST].contains(name) || parts[..index].iter().any(|(other, _)| other == name);
        if let Some(problem) = problem_of(name).or(reserved.then_some("is taken; give another name")) {
            return Err(Error::run(path, format!("the part {name:?} {problem}")));
        }
    }
    Ok(())
}

/// `path` if it is a directory, `None` if there is nothing; a symbolic link could lead out of the run.
fn real_directory(path: &Path) -> Result<Option<PathBuf>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => Ok(Some(path.to_path_buf())),
        Ok(_) => Err(Error::run(path, "is not a directory; remove it (to keep a run elsewhere, link the whole run)")),
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
