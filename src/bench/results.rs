//! The results of a bench, as its JSON shows them.

use serde::Serialize;

use super::measurement::Measurement;
use crate::config::{ModelConfig, OptimizerConfig};
use crate::run_directory::Machine;

/// Measurements of several backends and batch sizes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bench {
    /// Features, neurons of each hidden layer, classes.
    pub layer_sizes: Vec<usize>,
    /// Number of weights and biases, and of batch norm's scales and shifts.
    pub parameters: usize,
    /// The network.
    pub model: ModelConfig,
    /// The optimizer.
    pub optimizer: OptimizerConfig,
    /// How often each value was measured.
    pub repeats: usize,
    /// Approximate duration of each repeat.
    pub seconds_per_repeat: f64,
    /// The machine of the measurements.
    pub machine: Machine,
    /// One row per backend and batch size, in the requested order.
    pub results: Vec<BenchRow>,
}

/// The measurement of one backend at one batch size.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BenchRow {
    /// The backend as requested.
    pub backend: String,
    /// Rows of a batch.
    pub batch_size: usize,
    /// The measurement, or why it failed.
    #[serde(flatten)]
    pub outcome: BenchOutcome,
}

/// A measurement, or why it failed.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum BenchOutcome {
    /// The measurement succeeded.
    Ran(Box<Measurement>),
    /// The measurement failed.
    Failed {
        /// The reason, to follow a colon.
        reason: String,
    },
}

impl BenchRow {
    /// Returns the measurement, if it succeeded.
    pub fn measurement(&self) -> Option<&Measurement> {
        match &self.outcome {
            BenchOutcome::Ran(measurement) => Some(measurement),
            BenchOutcome::Failed { .. } => None,
        }
    }
}
