//! All backends beside the first that ran.

use serde::Serialize;

use super::advice::advice;
use super::agreement::{Agreement, GRADIENT_TOLERANCE, LOSS_MARKS, LossMark};
use super::speed::Speed;
use super::trial::FinishedTrial;

/// The same run on several backends.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The backend that the others are compared with: the first that ran.
    pub reference: Option<String>,
    /// Validation rows that predictions are compared on.
    pub valid_rows: usize,
    /// The validation accuracy to which the time is taken.
    pub target_accuracy: f64,
    /// Most that gradients may differ.
    pub gradient_tolerance: f64,
    /// Most that losses may differ.
    pub loss_tolerances: [LossMark; 3],
    /// What every backend did otherwise than the settings say, in sentences: dropout is off.
    pub notes: Vec<String>,
    /// In the order in which the backends were named.
    pub backends: Vec<Row>,
    /// Sentences: which backend to choose here, and what to beware of.
    pub advice: Vec<String>,
}

/// A backend's part in a comparison.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// The backend as it was asked for.
    pub backend: String,
    /// How it went.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// How a backend's run went.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// To its end.
    Ran(Box<Ran>),
    /// Not at all, or not to its end.
    Failed {
        /// Why, as the end of a sentence.
        reason: String,
    },
}

/// The figures of a backend that ran.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ran {
    /// The device obtained, as its driver names it.
    pub device: String,
    /// A GPU interface emulated on the CPU.
    pub software: bool,
    /// Whether it compiles kernels while it runs.
    pub compiles_kernels: bool,
    /// Its figures beside the reference's.
    pub agreement: Agreement,
    /// The first step's gradients against the closed form in `f64`: the worst entry, relative to
    /// the largest entry of its tensor.
    pub exact_error: f64,
    /// Its times and memory.
    pub speed: Speed,
}

impl Row {
    /// Its figures, if it ran.
    pub fn ran(&self) -> Option<&Ran> {
        match &self.outcome {
            Outcome::Ran(ran) => Some(ran),
            Outcome::Failed { .. } => None,
        }
    }
}

impl Comparison {
    /// Judges the trials of `backends`, each finished or with the reason why it is not.
    pub fn new(
        backends: Vec<(String, std::result::Result<FinishedTrial, String>)>,
        target_accuracy: f64,
        notes: Vec<String>,
    ) -> Self {
        let reference = backends.iter().find_map(|(_, trial)| trial.as_ref().ok()).cloned();
        let rows: Vec<Row> = backends
            .into_iter()
            .map(|(backend, trial)| {
                let outcome = match (&reference, trial) {
                    (Some(reference), Ok(trial)) => Outcome::Ran(Box::new(ran(reference, &trial, target_accuracy))),
                    (None, Ok(_)) => unreachable!("the first finished trial is the reference"),
                    (_, Err(reason)) => Outcome::Failed { reason },
                };
                Row { backend, outcome }
            })
            .collect();
        Self {
            valid_rows: reference.as_ref().map_or(0, |reference| reference.trial.predictions.len()),
            reference: reference.map(|reference| reference.trial.backend),
            target_accuracy,
            gradient_tolerance: GRADIENT_TOLERANCE,
            loss_tolerances: LOSS_MARKS,
            notes,
            advice: advice(&rows),
            backends: rows,
        }
    }

    /// Whether every backend ran, computes what the reference computes, and has the exact gradient.
    pub fn all_agree(&self) -> bool {
        let is_good = |ran: &Ran| ran.agreement.verdict.is_good() && ran.exact_error <= GRADIENT_TOLERANCE;
        self.backends.iter().all(|row| row.ran().is_some_and(is_good))
    }
}

fn ran(reference: &FinishedTrial, finished: &FinishedTrial, target_accuracy: f64) -> Ran {
    let FinishedTrial { trial, .. } = finished;
    Ran {
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
