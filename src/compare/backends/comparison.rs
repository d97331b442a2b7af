//! All backends compared with the first that ran.

use serde::Serialize;

use super::advice::advice;
use super::agreement::{Agreement, GRADIENT_TOLERANCE, LOSS_MARKS, LossMark};
use super::backend_row::{BackendMetrics, BackendOutcome, BackendRow};
use super::speed::Speed;
use super::trial::FinishedTrial;
use super::valid_predictions::ValidPredictions;

/// The same run on several backends.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The backend that the others are compared with: the first that ran.
    pub reference: Option<String>,
    /// Number of validation rows whose predictions are compared.
    pub valid_rows: usize,
    /// Whether numbers are predicted, which have no accuracy.
    pub is_regression: bool,
    /// The validation accuracy for [`Speed::seconds_to_target`].
    pub target_accuracy: f64,
    /// Maximum difference of gradients.
    pub gradient_tolerance: f64,
    /// Maximum differences of losses.
    pub loss_tolerances: [LossMark; 3],
    /// Sentences on settings that all backends ignored, such as dropout.
    pub notes: Vec<String>,
    /// The backends in the order in which they were requested.
    pub backends: Vec<BackendRow>,
    /// Sentences on which backend to choose here and what to be careful about.
    pub advice: Vec<String>,
}

impl Comparison {
    /// Compares the trials of `backends`. Each has finished or comes with the reason why it has
    /// not.
    pub fn new(
        backends: Vec<(String, std::result::Result<FinishedTrial, String>)>,
        target_accuracy: f64,
        notes: Vec<String>,
    ) -> Self {
        let reference = backends.iter().find_map(|(_, trial)| trial.as_ref().ok()).cloned();
        let row = |(backend, trial)| {
            let outcome = match trial {
                Ok(trial) => {
                    let reference = reference.as_ref().unwrap_or(&trial);
                    BackendOutcome::Ran(Box::new(metrics(reference, &trial, target_accuracy)))
                }
                Err(reason) => BackendOutcome::Failed { reason },
            };
            BackendRow { backend, outcome }
        };
        let backends: Vec<BackendRow> = backends.into_iter().map(row).collect();
        Self {
            valid_rows: reference.as_ref().map_or(0, |reference| reference.trial.predictions.rows()),
            is_regression: reference
                .as_ref()
                .is_some_and(|reference| matches!(reference.trial.predictions, ValidPredictions::Numbers(_))),
            reference: reference.map(|reference| reference.trial.backend),
            target_accuracy,
            gradient_tolerance: GRADIENT_TOLERANCE,
            loss_tolerances: LOSS_MARKS,
            notes,
            advice: advice(&backends),
            backends,
        }
    }

    /// Whether all backends ran, agree with the reference, and compute the exact gradient.
    pub fn all_agree(&self) -> bool {
        let is_good =
            |metrics: &BackendMetrics| metrics.agreement.verdict.is_good() && metrics.exact_error <= GRADIENT_TOLERANCE;
        self.backends.iter().all(|row| row.metrics().is_some_and(is_good))
    }
}

fn metrics(reference: &FinishedTrial, finished: &FinishedTrial, target_accuracy: f64) -> BackendMetrics {
    let FinishedTrial { trial, .. } = finished;
    BackendMetrics {
        device: trial.device.clone(),
        software: trial.software,
        compiles_kernels: trial.compiles_kernels,
        agreement: match trial.backend == reference.trial.backend {
            true => Agreement::of_reference(reference),
            false => Agreement::between(reference, finished),
        },
        exact_error: trial.exact_error,
        speed: Speed::of(trial, target_accuracy),
    }
}
