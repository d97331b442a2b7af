//! All metrics of the classes predicted for one split.

use serde::{Deserialize, Serialize};

use super::worst_mistakes::worst_mistakes;
use super::{ClassMetrics, ConfusionMatrix, MeanMetrics, Mistake, Predictions, Reliability, TopK};
use crate::format::count;
use crate::{Error, Result};

/// Entry of one split in `evaluation.json` where classes are predicted. All numbers are finite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClassificationReport {
    /// Number of rows, at least 1.
    pub samples: usize,
    /// Fraction of rows predicted correctly.
    pub accuracy: f64,
    /// Mean softmax cross-entropy over rows, in nats; see [`Predictions::loss`].
    pub loss: f64,
    pub top_k: TopK,
    pub confusion_matrix: ConfusionMatrix,
    /// Metrics of each class, by class index.
    pub classes: Vec<ClassMetrics>,
    /// Number of classes that neither occur nor are predicted, which the macro mean leaves out.
    pub absent_classes: usize,
    /// Mean over the classes that occur or are predicted.
    pub macro_mean: MeanMetrics,
    /// Mean over classes, weighted by support.
    pub weighted_mean: MeanMetrics,
    pub reliability: Reliability,
    /// Mistakes with the highest losses, highest first.
    pub worst: Vec<Mistake>,
}

impl ClassificationReport {
    /// Evaluates `predictions`; `class_names` `[classes]` are the names of the classes, `top_k` is
    /// clamped to `1..=classes`.
    ///
    /// # Errors
    /// [`Error::Data`] if the number of names is not the number of classes.
    pub fn new(predictions: &Predictions, class_names: &[String], top_k: usize) -> Result<Self> {
        if class_names.len() != predictions.classes() {
            let (names, classes) = (class_names.len(), predictions.classes());
            return Err(Error::data(
                "predictions",
                format!("{names} names do not match {classes} classes; give one per class"),
            ));
        }
        let confusion_matrix = ConfusionMatrix::new(predictions);
        let classes = ClassMetrics::of(&confusion_matrix, class_names);
        Ok(Self {
            samples: predictions.rows(),
            accuracy: confusion_matrix.accuracy(),
            loss: (0..predictions.rows()).map(|row| predictions.loss(row)).sum::<f64>() / predictions.rows() as f64,
            top_k: TopK::new(predictions, top_k),
            absent_classes: (0..predictions.classes()).filter(|&class| confusion_matrix.is_absent(class)).count(),
            macro_mean: MeanMetrics::macro_mean(&classes, &confusion_matrix),
            weighted_mean: MeanMetrics::weighted_mean(&classes),
            confusion_matrix,
            classes,
            reliability: Reliability::new(predictions),
            worst: worst_mistakes(predictions),
        })
    }

    /// Says how many classes the macro mean leaves out, if it leaves any out.
    pub fn absent_note(&self) -> Option<String> {
        match self.absent_classes {
            0 => None,
            1 => Some("1 class neither occurs nor is predicted; the macro mean leaves it out".to_string()),
            several => Some(format!(
                "{} classes neither occur nor are predicted; the macro mean leaves them out",
                count(several)
            )),
        }
    }
}

#[cfg(test)]
#[path = "classification_report_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "scikit_learn_tests.rs"]
mod scikit_learn_tests;
