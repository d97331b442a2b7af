//! The run directory: layout, schema, atomic reads and writes, lock, status. Weights are opaque
//! bytes here.
//!
//! [`RunDirectory::create`] creates a run and [`RunDirectory::find`] finds it again. A writer holds
//! its [`RunLock`]. Readers need none: every file except `log.txt` and TensorBoard's event files is
//! replaced whole or not at all.

mod checkpoints;
mod copy;
mod create;
mod files;
mod find;
mod group_runs;
mod names;
mod record;

use std::fs;
use std::path::{Path, PathBuf};

use files::atomic::remove_stray;
use files::layout::{
    CHECKPOINTS, CONFIG, EVALUATION, LOCK, LOG, METRICS, MODEL, PREDICTIONS, RECORD, REPORT, TENSORBOARD,
};
use files::lock::is_locked;

use crate::{Error, Result};

pub use checkpoints::checkpoint::Checkpoint;
pub use files::atomic::write_atomic;
pub use files::lock::RunLock;
pub use files::metrics_csv::EpochRow;
pub use find::ListedRun;
pub use group_runs::ListedGroupRun;
pub use names::readable_stem;
pub use record::data_record::DataRecord;
pub use record::ensemble_record::{EnsembleCandidate, EnsembleMember, EnsembleRecord};
pub use record::epoch_metrics::EpochMetrics;
pub use record::group_record::{GroupRecord, GroupRun, OUT_OF_FOLD};
pub use record::machine::Machine;
pub use record::run_record::{Resumption, RunRecord, SCHEMA_VERSION, TestMetrics, Timings};
pub use record::session::{Program, Session};
pub use record::status::Status;
pub use record::timestamp::Timestamp;

/// A run on disk. It holds only the path: every call reads or writes the files.
#[derive(Debug, Clone)]
pub struct RunDirectory {
    path: PathBuf,
    name: String,
}

impl RunDirectory {
    /// The names of what a run directory may hold.
    pub const FILES: [&str; 11] =
        [RECORD, CONFIG, METRICS, MODEL, EVALUATION, REPORT, LOG, TENSORBOARD, PREDICTIONS, CHECKPOINTS, LOCK];

    /// Opens the run directory at `path`.
    ///
    /// # Errors
    /// [`Error::Run`] if it is not a run directory, [`Error::Io`] if it does not exist.
    pub fn open(path: &Path) -> Result<Self> {
        let absolute = fs::canonicalize(path).map_err(Error::io("open", path))?;
        if !absolute.is_dir() {
            return Err(Error::run(path, "is not a directory; give the path or name of a run"));
        }
        if !absolute.join(RECORD).is_file() {
            return Err(Error::run(path, format!("is not a run directory: {RECORD} is missing")));
        }
        let name = absolute.file_name().unwrap_or(absolute.as_os_str()).to_string_lossy().into_owned();
        Ok(Self { path: path.to_path_buf(), name })
    }

    /// Path of the directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Name of the directory.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Refuses to train an ensemble, or the copy of a run in one, whose `record` this is.
    ///
    /// # Errors
    /// [`Error::Run`].
    pub fn check_can_train(&self, record: &RunRecord) -> Result<()> {
        let problem = match (&record.ensemble, &record.copy_of) {
            (Some(_), _) => "is an ensemble and cannot be trained; train its runs and make it again".to_string(),
            (None, Some(run)) => format!("is a copy of the run {run} in an ensemble; resume that run"),
            (None, None) => return Ok(()),
        };
        Err(Error::run(&self.path, problem))
    }

    /// Checks that this is one run, whose `record` this is.
    ///
    /// # Errors
    /// [`Error::Run`] if it is a group of runs, with the name of one.
    pub fn check_is_one_run(&self, record: &RunRecord) -> Result<()> {
        let Some(group) = &record.group else { return Ok(()) };
        let example = group.runs.first().map_or("fold-1", |run| run.name.as_str());
        let problem = format!(
            "is a cross-validation of {} runs and has no model of its own; name one of them, such as {}",
            group.runs.len(),
            self.path.join(example).display()
        );
        Err(Error::run(&self.path, problem))
    }

    /// Locks the run for writing and removes what killed writers left behind.
    ///
    /// # Errors
    /// [`Error::Run`] if another process holds the lock.
    pub fn lock(&self) -> Result<RunLock> {
        let lock = RunLock::acquire(&self.path)?;
        for directory in [self.path.clone(), self.path.join(CHECKPOINTS), self.path.join(PREDICTIONS)] {
            if fs::symlink_metadata(&directory).is_ok_and(|metadata| metadata.is_dir()) || directory == self.path {
                remove_stray(&directory)?;
            }
        }
        Ok(lock)
    }

    /// Returns whether a process holds the lock.
    pub fn is_locked(&self) -> Result<bool> {
        is_locked(&self.path)
    }
}

/// Returns the sorted names of the entries in `directory`, without those that are not Unicode,
/// which this program never creates.
fn entry_names(directory: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(directory).map_err(Error::io("read", directory))? {
        let entry = entry.map_err(Error::io("read", directory))?;
        names.extend(entry.file_name().into_string().ok());
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests;
