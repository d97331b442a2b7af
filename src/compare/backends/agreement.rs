//! Whether two backends compute the same.

use serde::Serialize;

use super::tensors::worst_difference;
use super::trial::FinishedTrial;

/// Most that a gradient of the first step may differ, relative to the largest entry of its tensor.
/// One rounding to `f32` is 6e-8.
pub const GRADIENT_TOLERANCE: f64 = 1e-5;

/// After how many steps losses are compared, and by how much they may differ, relative to the
/// reference's. Each step magnifies what rounding made of the one before, so the tolerance grows.
pub const LOSS_MARKS: [LossMark; 3] = [
    LossMark { steps: 1, tolerance: 1e-6 },
    LossMark { steps: 10, tolerance: 1e-5 },
    LossMark { steps: 100, tolerance: 1e-3 },
];

/// A number of steps and the tolerance for the loss after them.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LossMark {
    /// Steps done before the loss is computed.
    pub steps: usize,
    /// Relative.
    pub tolerance: f64,
}

/// A backend's figures against those of the reference. Differences are infinite or no numbers where
/// one side's are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// Of the first step's gradients: the worst entry, relative to the largest entry of its tensor.
    pub gradients: f64,
    /// Of the loss after each of [`LOSS_MARKS`], relative; nothing where the run is shorter.
    pub losses: [Option<f64>; 3],
    /// Of the weights after the last epoch, as for gradients. No verdict follows from it: training
    /// magnifies rounding.
    pub weights: f64,
    /// Validation rows whose most probable class after the last epoch is another one. No verdict
    /// follows from it.
    pub predictions_that_differ: usize,
    /// What follows.
    pub verdict: Verdict,
}

/// Whether a backend computes what the reference computes.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "word", rename_all = "kebab-case")]
pub enum Verdict {
    /// It is what the others are compared with.
    Reference,
    /// Gradients and losses are within the tolerances.
    Agrees,
    /// They are not.
    Differs {
        /// The first of them that is outside: "gradients", "loss after 10 steps".
        first: String,
    },
}

impl Verdict {
    /// Whether it counts among those that compute the same.
    pub fn is_good(&self) -> bool {
        !matches!(self, Self::Differs { .. })
    }
}

impl Agreement {
    /// The reference beside itself.
    pub(super) fn of_reference(trial: &FinishedTrial) -> Self {
        Self { verdict: Verdict::Reference, ..Self::between(trial, trial) }
    }

    pub(super) fn between(reference: &FinishedTrial, other: &FinishedTrial) -> Self {
        let gradients = worst_difference(&reference.gradients, &other.gradients);
        let losses = LOSS_MARKS.map(|mark| loss_difference(reference, other, mark.steps));
        let predictions = reference.trial.predictions.iter().zip(&other.trial.predictions);
        let shorter = reference.trial.predictions.len().abs_diff(other.trial.predictions.len());
        Self {
            gradients,
            losses,
            weights: worst_difference(&reference.weights, &other.weights),
            predictions_that_differ: shorter + predictions.filter(|(one, other)| one != other).count(),
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
    // What is no number is outside too.
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
