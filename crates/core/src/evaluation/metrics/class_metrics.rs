//! Precision, recall and F1 of each class, and their means.

use serde::{Deserialize, Serialize};

use super::confusion_matrix::fraction;
use crate::evaluation::ConfusionMatrix;

/// Metrics of one class against all others. A metric whose denominator is zero is 0 (scikit-learn's
/// `zero_division=0`): the recall of a class that never occurs, the precision of one that is never
/// predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassMetrics {
    /// Name of the class.
    pub name: String,
    /// Fraction of the rows predicted as this class that belong to it.
    pub precision: f64,
    /// Fraction of this class's rows that are predicted correctly.
    pub recall: f64,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
    /// Number of rows of this class.
    pub support: u64,
}

/// Means over classes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MeanMetrics {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

impl ClassMetrics {
    /// Computes the metrics of each class of `matrix`, named by `names` `[classes]`.
    pub fn of(matrix: &ConfusionMatrix, names: &[String]) -> Vec<Self> {
        names.iter().enumerate().map(|(class, name)| Self::of_class(matrix, class, name)).collect()
    }

    fn of_class(matrix: &ConfusionMatrix, class: usize, name: &str) -> Self {
        let (correct, predicted, support) = (matrix.correct(class), matrix.predicted(class), matrix.support(class));
        Self {
            name: name.to_string(),
            precision: fraction(correct, predicted),
            recall: fraction(correct, support),
            f1: matrix.f1(class),
            support,
        }
    }
}

impl MeanMetrics {
    /// Computes the mean with equal weight for every class that occurs or is predicted, as
    /// scikit-learn's `classification_report` does. Another class has no metrics to average.
    pub fn macro_mean(classes: &[ClassMetrics], matrix: &ConfusionMatrix) -> Self {
        let present = classes.iter().enumerate().filter(|(class, _)| !matrix.is_absent(*class));
        Self::weighted(present.map(|(_, metrics)| (metrics, 1.0)))
    }

    /// Computes the mean with equal weight for every row: a class is weighted by its support.
    pub fn weighted_mean(classes: &[ClassMetrics]) -> Self {
        Self::weighted(classes.iter().map(|class| (class, class.support as f64)))
    }

    fn weighted<'a>(classes: impl Iterator<Item = (&'a ClassMetrics, f64)> + Clone) -> Self {
        let total: f64 = classes.clone().map(|(_, weight)| weight).sum();
        let mean = |metric: fn(&ClassMetrics) -> f64| {
            let sum: f64 = classes.clone().map(|(class, weight)| weight * metric(class)).sum();
            if total == 0.0 { 0.0 } else { sum / total }
        };
        Self {
            precision: mean(|class| class.precision),
            recall: mean(|class| class.recall),
            f1: mean(|class| class.f1),
        }
    }
}
