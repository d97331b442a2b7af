//! What a training tells the outside, and how the outside stops it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::artifact::EpochRow;

/// Told about each step of a training. Every method may be left out.
pub trait Observer {
    /// A checkpoint newer than the one that the training goes on from is not whole.
    fn checkpoint_passed_over(&mut self, problem: &str) {
        let _ = problem;
    }
    /// An epoch starts; `epochs` is the most that may follow in all.
    fn epoch_started(&mut self, epoch: usize, epochs: usize) {
        let _ = (epoch, epochs);
    }
    /// Several times a second while an epoch trains.
    fn epoch_progressed(&mut self, progress: &EpochProgress) {
        let _ = progress;
    }
    /// An epoch was trained, validated and saved.
    fn epoch_finished(&mut self, summary: &EpochSummary) {
        let _ = summary;
    }
}

/// Observes nothing.
impl Observer for () {}

/// Where an epoch stands.
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
    /// Accuracy over `rows`.
    pub accuracy: f64,
}

/// A finished epoch's figures and what they led to.
#[derive(Debug, Clone, PartialEq)]
pub struct EpochSummary {
    /// Its figures, as in metrics.csv.
    pub row: EpochRow,
    /// It is the best epoch so far.
    pub best: bool,
    /// The rate that the plateau schedule reduced to after this epoch.
    pub reduced_to: Option<f64>,
}

/// Asks a training to stop after the batch in progress. Clones share the request.
#[derive(Debug, Clone, Default)]
pub struct StopSignal(Arc<AtomicBool>);

impl StopSignal {
    /// Not requested yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks for the stop.
    pub fn request(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether a clone asked for it.
    pub fn is_requested(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
