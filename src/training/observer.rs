//! What a training run reports, and how the caller stops it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::forward_pass::StepOutput;
use crate::run_directory::EpochRow;

/// Watches a training run. Every method has a default that does nothing.
pub trait Observer {
    /// A newer checkpoint than the one that training resumes from is damaged.
    fn checkpoint_passed_over(&mut self, problem: &str) {
        let _ = problem;
    }
    /// An epoch starts; `epochs` is the maximum number of epochs.
    fn epoch_started(&mut self, epoch: usize, epochs: usize) {
        let _ = (epoch, epochs);
    }
    /// Whether [`step_finished`](Self::step_finished) is to be called. Read once, before the
    /// training starts.
    fn observes_steps(&self) -> bool {
        false
    }
    /// A training step is done. The training runs at most a few steps ahead of this call.
    fn step_finished(&mut self, output: &StepOutput) {
        let _ = output;
    }
    /// Called several times a second while an epoch trains.
    fn epoch_progressed(&mut self, progress: &EpochProgress) {
        let _ = progress;
    }
    /// An epoch was trained, validated and saved.
    fn epoch_finished(&mut self, summary: &EpochSummary) {
        let _ = summary;
    }
}

/// Ignores everything.
impl Observer for () {}

/// How far an epoch has come.
#[derive(Debug, Clone, PartialEq)]
pub struct EpochProgress {
    /// Counted from 1.
    pub epoch: usize,
    /// Rows trained on so far.
    pub rows: usize,
    /// Rows of the training set.
    pub total_rows: usize,
    /// Mean loss over `rows`.
    pub loss: f64,
    /// Accuracy over `rows`; `None` in regression.
    pub accuracy: Option<f64>,
    /// RMSE over `rows`, as in metrics.csv; `None` in classification.
    pub rmse: Option<f64>,
}

/// The metrics of a finished epoch and what followed from them.
#[derive(Debug, Clone, PartialEq)]
pub struct EpochSummary {
    /// The metrics, as in metrics.csv.
    pub row: EpochRow,
    /// Whether this is the best epoch so far.
    pub best: bool,
    /// The learning rate after this epoch, if the plateau schedule reduced it.
    pub reduced_to: Option<f64>,
    /// Whether a power loss can no longer undo the epoch; until then the run directory shows only the epochs before it.
    pub synced: bool,
}

/// Asks the training to stop after the current batch. Clones share the request.
#[derive(Debug, Clone, Default)]
pub struct StopSignal(Arc<AtomicBool>);

impl StopSignal {
    /// Creates a signal that is not set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the training to stop.
    pub fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether this signal or a clone of it is set.
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
