//! Progress of loading data, reported to a caller that may stop it.

use std::cell::Cell;
use std::time::Duration;

use crate::{Error, Result};

/// Receives the progress of loading; sources that load at once never call it.
pub type Progress<'a> = &'a mut dyn FnMut(LoadProgress<'_>);

/// Maximum time between two reports, even while nothing arrives.
pub(super) const HEARTBEAT: Duration = Duration::from_millis(200);

/// Progress of loading. Reported several times a second, even while nothing arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadProgress<'a> {
    /// The current stage.
    pub stage: LoadStage<'a>,
    /// Amount done, in the stage's unit.
    pub done: u64,
    /// Total amount, if known.
    pub total: Option<u64>,
    stopping: &'a Cell<bool>,
}

/// A stage of loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadStage<'a> {
    /// Downloading the file of this name; counts bytes, including those of an earlier attempt.
    Download(&'a str),
    /// Reading items of this kind, named in the plural; counts items.
    Reading(&'a str),
}

impl LoadProgress<'_> {
    /// Stops loading. Downloaded bytes are kept, and the next attempt continues after them.
    pub fn stop(&self) {
        self.stopping.set(true);
    }
}

/// Reports that `done` of `total` in `stage` is done.
///
/// # Errors
/// [`Error::Interrupted`] if the caller stops it.
pub(super) fn report(progress: Progress, stage: LoadStage, done: u64, total: Option<u64>) -> Result<()> {
    let stopping = Cell::new(false);
    progress(LoadProgress { stage, done, total, stopping: &stopping });
    match (stopping.get(), stage) {
        (false, _) => Ok(()),
        (true, LoadStage::Download(file)) => {
            Err(Error::Interrupted(format!("the download of {file}; the next attempt continues where it stopped")))
        }
        (true, LoadStage::Reading(items)) => {
            Err(Error::Interrupted(format!("while {items} were read; nothing was saved")))
        }
    }
}
