//! The result of one backend in a comparison.

use serde::Serialize;

use super::agreement::Agreement;
use super::speed::Speed;

/// A backend and how its run went.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BackendRow {
    /// The backend as requested, such as `wgpu:1`.
    pub backend: String,
    /// How the run went.
    #[serde(flatten)]
    pub outcome: BackendOutcome,
}

/// How the run on a backend went.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum BackendOutcome {
    /// It finished.
    Ran(Box<BackendMetrics>),
    /// It did not start or did not finish.
    Failed {
        /// The reason, worded as the end of a sentence.
        reason: String,
    },
}

/// The metrics of a backend whose run finished.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BackendMetrics {
    /// The device, as its driver names it.
    pub device: String,
    /// Whether the device is a GPU emulated on the CPU.
    pub software: bool,
    /// Whether the backend compiles kernels during the run.
    pub compiles_kernels: bool,
    /// Differences from the reference.
    pub agreement: Agreement,
    /// The largest error of the first step's gradients, compared with the closed form in `f64`,
    /// relative to the largest entry of the tensor.
    pub exact_error: f64,
    /// Times and memory.
    pub speed: Speed,
}

impl BackendRow {
    /// Returns the metrics, if the run finished.
    pub fn metrics(&self) -> Option<&BackendMetrics> {
        match &self.outcome {
            BackendOutcome::Ran(metrics) => Some(metrics),
            BackendOutcome::Failed { .. } => None,
        }
    }
}
