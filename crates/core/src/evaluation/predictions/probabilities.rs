//! Predicted probabilities and true classes.

use burn_mlp_infer::predicted_class;

use crate::{Error, Result};

/// Maximum number of classes: a confusion matrix has its square as entries.
pub const MAX_CLASSES: usize = 4096;

/// Tolerance for the sum of a row's probabilities: far above the rounding of any softmax in `f32`,
/// far below the sum of logits passed by mistake.
const SUM_TOLERANCE: f64 = 1e-3;

/// Class probabilities `[n, classes]` and true classes `[n]` of at least one row, all validated.
#[derive(Debug, Clone)]
pub struct Predictions {
    probabilities: Vec<f32>,
    labels: Vec<u32>,
    classes: usize,
    losses: Option<Vec<f32>>,
    threshold: Option<f32>,
    /// Where parts with thresholds of their own were put together.
    decided: Option<Decided>,
}

/// What several thresholds have decided, each of its own rows.
#[derive(Debug, Clone)]
struct Decided {
    /// The predicted classes `[n]`.
    classes: Vec<u32>,
    /// The lowest and the highest threshold.
    range: Option<[f32; 2]>,
}

impl Predictions {
    /// Creates predictions from `probabilities` `[n, classes]`, row-major, each row a distribution,
    /// and `labels` `[n]`.
    ///
    /// # Errors
    /// [`Error::Data`] if there are no rows, the sizes disagree, a label is not below `classes`,
    /// `classes` is 0 or above [`MAX_CLASSES`], or a row is not a distribution: NaN, infinite,
    /// negative, or with a sum other than one.
    pub fn new(probabilities: Vec<f32>, labels: Vec<u32>, classes: usize) -> Result<Self> {
        if labels.is_empty() {
            return Err(refused("there are no rows to evaluate; choose a split that has rows"));
        }
        if classes == 0 || classes > MAX_CLASSES {
            return Err(refused(format!("{classes} classes cannot be evaluated; use 1 to {MAX_CLASSES}")));
        }
        if labels.len().checked_mul(classes) != Some(probabilities.len()) {
            return Err(refused(format!(
                "{} probabilities do not match {} rows of {classes} classes; give one per row and class",
                probabilities.len(),
                labels.len()
            )));
        }
        if let Some(row) = labels.iter().position(|&label| label as usize >= classes) {
            let label = labels[row];
            return Err(refused(format!("row {row} has label {label}; labels must be 0 to {}", classes - 1)));
        }
        for (row, distribution) in probabilities.chunks_exact(classes).enumerate() {
            check_distribution(row, distribution)?;
        }
        Ok(Self { probabilities, labels, classes, losses: None, threshold: None, decided: None })
    }

    /// Creates predictions from `logits` `[n, classes]`, the outputs before the softmax. Losses are
    /// computed from them by `ln sum exp z - z_true`, so they stay exact if a probability rounds to
    /// 0 or 1.
    ///
    /// # Errors
    /// See [`new`](Self::new); a logit that is NaN or infinite leads to such a probability.
    pub fn from_logits(logits: &[f32], labels: Vec<u32>, classes: usize) -> Result<Self> {
        let mut probabilities = Vec::with_capacity(logits.len());
        let mut losses = Vec::with_capacity(labels.len());
        for (row, label) in logits.chunks(classes.max(1)).zip(&labels) {
            let highest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let shifted = |logit: f32| f64::from(logit) - f64::from(highest);
            let sum: f64 = row.iter().map(|&logit| shifted(logit).exp()).sum();
            probabilities.extend(row.iter().map(|&logit| (shifted(logit).exp() / sum) as f32));
            losses.push(row.get(*label as usize).map_or(f32::NAN, |&logit| (sum.ln() - shifted(logit)) as f32));
        }
        Self::new(probabilities, labels, classes)?.with_losses(losses)
    }

    /// Sets each row's cross-entropy `[n]`, in nats, instead of computing it from probabilities.
    ///
    /// # Errors
    /// [`Error::Data`] if there is not one finite loss per row.
    pub fn with_losses(mut self, losses: Vec<f32>) -> Result<Self> {
        if losses.len() != self.labels.len() {
            let (given, rows) = (losses.len(), self.labels.len());
            return Err(refused(format!("{given} losses do not match {rows} rows; give one per row")));
        }
        if let Some(row) = losses.iter().position(|loss| !loss.is_finite()) {
            return Err(refused(format!("the loss of row {row} is {}; {DIVERGED}", losses[row])));
        }
        self.losses = Some(losses);
        Ok(self)
    }

    /// Sets the lowest probability of the second of two classes at which it is predicted.
    pub fn with_threshold(mut self, threshold: Option<f32>) -> Self {
        self.threshold = threshold;
        self
    }

    /// Puts the rows of several models together, in this order. Each model's own threshold decides of its rows.
    ///
    /// # Errors
    /// [`Error::Data`] if there are no parts, or their classes differ in number.
    pub fn pooled(parts: &[Self]) -> Result<Self> {
        let Some(first) = parts.first() else {
            return Err(refused("there are no rows to evaluate; choose a split that has rows"));
        };
        if let Some(other) = parts.iter().find(|part| part.classes != first.classes) {
            let (classes, others) = (first.classes, other.classes);
            return Err(refused(format!("{classes} and {others} classes cannot be evaluated together")));
        }
        let rows = || parts.iter().flat_map(|part| (0..part.rows()).map(move |row| (part, row)));
        let is_one_rule = parts.iter().all(|part| part.threshold == first.threshold && part.decided.is_none());
        let decided = (!is_one_rule).then(|| Decided {
            classes: rows().map(|(part, row)| part.predicted(row) as u32).collect(),
            range: parts
                .iter()
                .filter_map(Self::thresholds)
                .reduce(|[low, high], [lower, higher]| [low.min(lower), high.max(higher)]),
        });
        Ok(Self {
            probabilities: parts.iter().flat_map(|part| part.probabilities.iter().copied()).collect(),
            labels: parts.iter().flat_map(|part| part.labels.iter().copied()).collect(),
            classes: first.classes,
            losses: Some(rows().map(|(part, row)| part.loss(row) as f32).collect()),
            threshold: first.threshold.filter(|_| is_one_rule),
            decided,
        })
    }

    /// The threshold; `None` if the most probable class is predicted.
    pub fn threshold(&self) -> Option<f32> {
        self.threshold
    }

    /// The lowest and the highest threshold by which rows were decided; equal unless parts had thresholds of their own.
    pub fn thresholds(&self) -> Option<[f32; 2]> {
        match &self.decided {
            Some(decided) => decided.range,
            None => self.threshold.map(|threshold| [threshold, threshold]),
        }
    }

    /// The same without any threshold: the most probable class is predicted.
    pub fn most_probable(&self) -> Self {
        Self { threshold: None, decided: None, ..self.clone() }
    }

    /// Number of rows, n, at least 1.
    pub fn rows(&self) -> usize {
        self.labels.len()
    }

    /// Number of classes, at least 1.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// True class of `row`.
    pub fn label(&self, row: usize) -> usize {
        self.labels[row] as usize
    }

    /// Class probabilities of `row`, `[classes]`.
    pub fn probabilities(&self, row: usize) -> &[f32] {
        &self.probabilities[row * self.classes..(row + 1) * self.classes]
    }

    /// Returns the predicted class of `row`: the most probable one (ties: the lowest index), unless a
    /// [threshold](Self::with_threshold) decides.
    pub fn predicted(&self, row: usize) -> usize {
        match &self.decided {
            Some(decided) => decided.classes[row] as usize,
            None => predicted_class(self.probabilities(row), self.threshold),
        }
    }

    /// Returns the cross-entropy of `row` in nats: the one that was set, otherwise `-ln p` of the
    /// true class. A smaller `p`, which a softmax in `f32` rounds to zero, counts as
    /// `f32::MIN_POSITIVE`: the loss is at most 87.34.
    pub fn loss(&self, row: usize) -> f64 {
        match &self.losses {
            Some(losses) => f64::from(losses[row]),
            None => -f64::from(self.probabilities(row)[self.label(row)].max(f32::MIN_POSITIVE)).ln(),
        }
    }
}

const DIVERGED: &str = "the model has diverged: train again with a lower learning rate";

fn check_distribution(row: usize, distribution: &[f32]) -> Result<()> {
    if let Some(value) = distribution.iter().find(|value| !value.is_finite()) {
        return Err(refused(format!("row {row} has a probability of {value}; {DIVERGED}")));
    }
    let sum: f64 = distribution.iter().map(|&value| f64::from(value)).sum();
    if distribution.iter().any(|&value| value < 0.0) || (sum - 1.0).abs() > SUM_TOLERANCE {
        return Err(refused(format!("row {row} is not a distribution (its sum is {sum}); apply softmax first")));
    }
    Ok(())
}

fn refused(problem: impl Into<String>) -> Error {
    Error::data("predictions", problem)
}
