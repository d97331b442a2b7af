//! Precision, recall and F1 of each class, and their means.

use serde::{Deserialize, Serialize};

use super::ConfusionMatrix;
use super::confusion_matrix::fraction;

/// How well one class is told from the rest. A figure whose denominator is zero is 0 (scikit-learn's `zero_division=0`):
/// the recall of a class that never occurs, the precision of one that is never predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassMetrics {
    /// The class's name.
    pub name: String,
    /// Fraction of the rows predicted as this class that are of it.
    pub precision: f64,
    /// Fraction of this class's rows that are predicted as it.
    pub recall: f64,
    /// Harmonic mean of precision and recall.
    pub f1: f64,
    /// Rows of this class.
    pub support: u64,
}

/// Means of the classes' figures. Classes that never occur are among the classes of the macro mean, with 0.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MeanMetrics {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

impl ClassMetrics {
    /// One entry per class of `matrix`, named in order by `names` `[classes]`.
    pub fn of(matrix: &ConfusionMatrix, names: &[String]) -> Vec<Self> {
        names.iter().enumerate().map(|(class, name)| Self::of_class(matrix, class, name)).collect()
    }

    fn of_class(matrix: &ConfusionMatrix, class: usize, name: &str) -> Self {
        let (correct, predicted, support) = (matrix.correct(class), matrix.predicted(class), matrix.support(class));
        Self {
            name: name.to_string(),
            precision: fraction(correct, predicted),
            recall: fraction(correct, support),
            f1: fraction(2 * correct, predicted + support),
            support,
        }
    }
}

impl MeanMetrics {
    /// Every class weighs the same.
    pub fn macro_mean(classes: &[ClassMetrics]) -> Self {
        Self::weighted(classes, |_| 1.0)
    }

    /// Every row weighs the same: a class weighs its support.
    pub fn weighted_mean(classes: &[ClassMetrics]) -> Self {
        Self::weighted(classes, |class| class.support as f64)
    }

    fn weighted(classes: &[ClassMetrics], weight: impl Fn(&ClassMetrics) -> f64) -> Self {
        let total: f64 = classes.iter().map(&weight).sum();
        let mean = |figure: fn(&ClassMetrics) -> f64| {
            let sum: f64 = classes.iter().map(|class| weight(class) * figure(class)).sum();
            if total == 0.0 { 0.0 } else { sum / total }
        };
        Self {
            precision: mean(|class| class.precision),
            recall: mean(|class| class.recall),
            f1: mean(|class| class.f1),
        }
    }
}
