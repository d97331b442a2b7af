//! How far the loading of data is, told to whoever waits for it and may want it to stop.

use std::cell::Cell;
use std::time::Duration;

use crate::{Error, Result};

/// Told how far the loading is; ignored by sources that are there at once.
pub type Progress<'a> = &'a mut dyn FnMut(LoadProgress<'_>);

/// Longest time between two reports of progress, also while nothing arrives.
pub(super) const HEARTBEAT: Duration = Duration::from_millis(200);

/// How far the loading of data is. Told several times a second, also while nothing arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoadProgress<'a> {
    /// What is being done.
    pub stage: LoadStage<'a>,
    /// How much of it is done, in the stage's unit.
    pub done: u64,
    /// How much there is to do, if it is known.
    pub total: Option<u64>,
    stopping: &'a Cell<bool>,
}

/// A stage of the loading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadStage<'a> {
    /// The file of this name is downloaded; counted in bytes, with those of an earlier attempt.
    Download(&'a str),
    /// Things of this kind, in the plural, are read; counted one by one.
    Reading(&'a str),
}

impl LoadProgress<'_> {
    /// Ends the loading here. What was downloaded is kept, and the next attempt goes on after it.
    pub fn stop(&self) {
        self.stopping.set(true);
    }
}

/// Tells how far `stage` is.
///
/// # Errors
/// [`Error::Interrupted`] if it is to stop.
pub(super) fn tell(progress: Progress, stage: LoadStage, done: u64, total: Option<u64>) -> Result<()> {
    let stopping = Cell::new(false);
    progress(LoadProgress { stage, done, total, stopping: &stopping });
    match (stopping.get(), stage) {
        (false, _) => Ok(()),
        (true, LoadStage::Download(file)) => Err(Error::Interrupted(format!(
            "the download of {file}; what has arrived is kept, and the next attempt goes on after it"
        ))),
        (true, LoadStage::Reading(things)) => {
            Err(Error::Interrupted(format!("the reading of {things}; nothing was saved")))
        }
    }
}
