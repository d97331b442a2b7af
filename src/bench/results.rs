use serde::Serialize;

use super::measurement::Measurement;
use crate::artifact::Machine;
use crate::config::{ModelConfig, OptimizerConfig};

/// Measurements beside each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bench {
    /// Features in, neurons of each hidden layer, classes out.
    pub layer_sizes: Vec<usize>,
    /// Weights and biases, and batch-norm's scales and shifts.
    pub parameters: usize,
    /// The network.
    pub model: ModelConfig,
    /// The optimizer.
    pub optimizer: OptimizerConfig,
    /// How often each figure was taken.
    pub repeats: usize,
    /// About how long each repeat was to take.
    pub seconds_per_repeat: f64,
    /// Where it was measured.
    pub machine: Machine,
    /// Backend after backend, each with its batch sizes in the order in which they were named.
    pub results: Vec<Row>,
}

/// A backend at a batch size.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The backend as it was asked for.
    pub backend: String,
    /// Rows of a step.
    pub batch_size: usize,
    /// How it went.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// How a measurement went.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// To its end.
    Ran(Box<Measurement>),
    /// Not at all, or not to its end.
    Failed {
        /// Why, as the end of a sentence.
        reason: String,
    },
}

impl Row {
    /// Its figures, if it ran.
    pub fn measurement(&self) -> Option<&Measurement> {
        match &self.outcome {
            Outcome::Ran(measurement) => Some(measurement),
            Outcome::Failed { .. } => None,
        }
    }
}
