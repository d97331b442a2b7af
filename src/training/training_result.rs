use crate::run_directory::EpochRow;

/// Why a training run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All epochs are done.
    Finished,
    /// Early stopping ended it.
    StoppedEarly,
    /// A [`StopSignal`](super::StopSignal) ended it; the epoch in progress was dropped.
    Interrupted,
}

/// A training run that ended without an error.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainingResult {
    /// Why it ended.
    pub ending: Ending,
    /// All finished epochs, including those before a resume.
    pub history: Vec<EpochRow>,
    /// The best epoch by the early-stopping monitor.
    pub best: Option<EpochRow>,
}
