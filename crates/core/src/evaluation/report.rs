//! Everything that is said about one split.

use serde::{Deserialize, Serialize};

use super::worst_mistakes::worst_mistakes;
use super::{ClassMetrics, ConfusionMatrix, MeanMetrics, Mistake, Predictions, Reliability, TopK};
use crate::{Error, Result};

/// One split's entry in `evaluation.json`. Every figure is finite.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EvaluationReport {
    /// Rows evaluated, at least 1.
    pub samples: usize,
    /// Fraction of rows predicted right.
    pub accuracy: f64,
    /// Mean softmax cross-entropy over rows, in nats; see [`Predictions::loss`].
    pub loss: f64,
    pub top_k: TopK,
    pub confusion_matrix: ConfusionMatrix,
    /// One entry per class, in the order of the class indices.
    pub classes: Vec<ClassMetrics>,
    /// Mean over classes.
    pub macro_mean: MeanMetrics,
    /// Mean over classes, weighted by support.
    pub weighted_mean: MeanMetrics,
    pub reliability: Reliability,
    /// The mistakes of the highest loss, highest first.
    pub worst: Vec<Mistake>,
}

impl EvaluationReport {
    /// Judges `predictions`; `class_names` `[classes]` name the classes, `top_k` is clamped to `1..=classes`.
    ///
    /// # Errors
    /// A sentence when there is not one name per class.
    pub fn new(predictions: &Predictions, class_names: &[String], top_k: usize) -> Result<Self> {
        if class_names.len() != predictions.classes() {
            let (names, classes) = (class_names.len(), predictions.classes());
            return Err(Error::data("predictions", format!("{names} names do not fit {classes} classes; name each")));
        }
        let confusion_matrix = ConfusionMatrix::new(predictions);
        let classes = ClassMetrics::of(&confusion_matrix, class_names);
        Ok(Self {
            samples: predictions.rows(),
            accuracy: confusion_matrix.accuracy(),
            loss: (0..predictions.rows()).map(|row| predictions.loss(row)).sum::<f64>() / predictions.rows() as f64,
            top_k: TopK::new(predictions, top_k),
            macro_mean: MeanMetrics::macro_mean(&classes),
            weighted_mean: MeanMetrics::weighted_mean(&classes),
            confusion_matrix,
            classes,
            reliability: Reliability::new(predictions),
            worst: worst_mistakes(predictions),
        })
    }
}
