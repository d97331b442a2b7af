//! Do two backends compute the same?

use serde::Serialize;

use super::tensors::worst_difference;
use super::trial::FinishedTrial;

/// Maximum difference of a gradient of the first step, relative to the largest entry of its tensor.
/// One rounding to `f32` is 6e-8.
pub const GRADIENT_TOLERANCE: f64 = 1e-5;

/// The numbers of steps after which losses are compared. The tolerance grows because each step
/// magnifies the rounding errors of the one before.
pub const LOSS_MARKS: [LossMark; 3] = [
    LossMark { steps: 1, tolerance: 1e-6 },
    LossMark { steps: 10, tolerance: 1e-5 },
    LossMark { steps: 100, tolerance: 1e-3 },
];

/// A number of steps and the tolerance of the loss after them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LossMark {
    /// Steps done before the loss is computed.
    pub steps: usize,
    /// Maximum difference, relative to the loss of the reference.
    pub tolerance: f64,
}

/// Differences of a backend from the reference. They are infinite or NaN if a value of either is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// The largest difference of the first step's gradients, relative to the largest entry of the
    /// tensor.
    pub gradients: f64,
    /// Relative difference of the loss after each of [`LOSS_MARKS`]; `None` if the run is shorter.
    pub losses: [Option<f64>; 3],
    /// The largest difference of the weights after the last epoch, computed as for gradients. It does
    /// not affect the verdict because training magnifies rounding errors.
    pub weights: f64,
    /// Number of validation rows whose prediction differs after the last epoch. It does not
    /// affect the verdict either.
    pub predictions_that_differ: usize,
    /// The conclusion.
    pub verdict: Verdict,
}

/// Whether a backend computes what the reference computes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "word", rename_all = "kebab-case")]
pub enum Verdict {
    /// The backend is the reference.
    Reference,
    /// Gradients and losses are within the tolerances.
    Agrees,
    /// A gradient or a loss is outside of its tolerance.
    Differs {
        /// The first one outside: "gradients", "loss after 10 steps".
        first: String,
    },
}

impl Verdict {
    /// Whether the backend is the reference or agrees with it.
    pub fn is_good(&self) -> bool {
        !matches!(self, Self::Differs { .. })
    }
}

impl Agreement {
    /// Compares the reference with itself.
    pub(super) fn of_reference(trial: &FinishedTrial) -> Self {
        Self { verdict: Verdict::Reference, ..Self::between(trial, trial) }
    }

    pub(super) fn between(reference: &FinishedTrial, other: &FinishedTrial) -> Self {
        let gradients = worst_difference(&reference.gradients, &other.gradients);
        let losses = LOSS_MARKS.map(|mark| loss_difference(reference, other, mark.steps));
        Self {
            gradients,
            losses,
            weights: worst_difference(&reference.weights, &other.weights),
            predictions_that_differ: reference.trial.predictions.different_from(&other.trial.predictions),
            verdict: verdict(gradients, losses),
        }
    }
}

fn loss_difference(reference: &FinishedTrial, other: &FinishedTrial, steps: usize) -> Option<f64> {
    let (reference, other) = (&reference.trial.step_losses, &other.trial.step_losses);
    match (reference.get(steps), other.get(steps)) {
        (None, None) => None,
        (Some(reference), Some(other)) if reference == other => Some(0.0),
        (Some(reference), Some(other)) => Some((reference - other).abs() / reference.abs()),
        _ => Some(f64::INFINITY),
    }
}

fn verdict(gradients: f64, losses: [Option<f64>; 3]) -> Verdict {
    // NaN is outside, too.
    let outside = |difference: f64, tolerance: f64| difference > tolerance || difference.is_nan();
    if outside(gradients, GRADIENT_TOLERANCE) {
        return Verdict::Differs { first: "gradients".to_string() };
    }
    let marks = LOSS_MARKS.iter().zip(losses);
    let first = marks.into_iter().find(|(mark, loss)| loss.is_some_and(|loss| outside(loss, mark.tolerance)));
    match first {
        Some((LossMark { steps: 1, .. }, _)) => Verdict::Differs { first: "loss after 1 step".to_string() },
        Some((mark, _)) => Verdict::Differs { first: format!("loss after {} steps", mark.steps) },
        None => Verdict::Agrees,
    }
}
