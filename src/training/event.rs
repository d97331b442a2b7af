//! What the epoch loop tells the thread that watches it.

use super::observer::{EpochProgress, EpochSummary};
use crate::error::Result;

/// What the loop tells the thread that watches it.
pub(super) enum Event {
    Started { epoch: usize, epochs: usize },
    Progressed(EpochProgress),
    Finished(EpochSummary),
    Ended(Result<Ending>),
}

/// How a training came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All epochs are done.
    Finished,
    /// Early stopping ended it.
    StoppedEarly,
    /// It was asked to stop; the epoch in progress was dropped.
    Interrupted,
}
