//! All metrics of the classes predicted for one split.

use serde::{Deserialize, Serialize};

use super::metrics::ranking::roc_auc;
use super::metrics::worst_mistakes::worst_mistakes;
use super::{ClassMetrics, ConfusionMatrix, MeanMetrics, Mistake, Predictions, Reliability, TopK, TwoClassMetrics};
use crate::config::Selection;
use crate::format::{count, percent, score};
use crate::{Error, Result};
use burn_mlp_infer::text::printable;

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
    /// [`ConfusionMatrix::balanced_accuracy`].
    pub balanced_accuracy: f64,
    /// [`ConfusionMatrix::mcc`].
    pub mcc: f64,
    /// Area under the ROC curve of the second of two classes; of more classes the mean over one against the rest, where
    /// a class without rows is left out. `None` unless two classes have rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roc_auc: Option<f64>,
    /// Metrics that only two classes have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub two_classes: Option<TwoClassMetrics>,
    /// Lowest probability of the second of two classes at which it is predicted, if the model has a threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f32>,
    /// The lowest and the highest threshold, if rows were decided by several: those of a cross-validation, each by its run's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thresholds: Option<[f32; 2]>,
    /// What predicting the most probable class would count, if the model has a threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_probable: Option<ConfusionMatrix>,
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
    /// What the rows have chosen; the caller sets it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used_for_selection: Vec<Selection>,
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
            balanced_accuracy: confusion_matrix.balanced_accuracy(),
            mcc: confusion_matrix.mcc(),
            roc_auc: roc_auc(predictions),
            two_classes: TwoClassMetrics::new(predictions, class_names),
            threshold: predictions.threshold(),
            thresholds: predictions.thresholds().filter(|_| predictions.threshold().is_none()),
            most_probable: predictions.thresholds().map(|_| ConfusionMatrix::new(&predictions.most_probable())),
            absent_classes: (0..predictions.classes()).filter(|&class| confusion_matrix.is_absent(class)).count(),
            macro_mean: MeanMetrics::macro_mean(&classes, &confusion_matrix),
            weighted_mean: MeanMetrics::weighted_mean(&classes),
            confusion_matrix,
            classes,
            reliability: Reliability::new(predictions),
            worst: worst_mistakes(predictions),
            used_for_selection: Vec::new(),
        })
    }

    /// Formats the scores that a heading has no room for; those of probabilities are on a line of their own if
    /// there are two classes.
    pub fn scores(&self) -> Vec<String> {
        let correlation = format!("balanced accuracy {}, MCC {}", percent(self.balanced_accuracy), score(self.mcc));
        let auc = self.roc_auc.map(|auc| format!("ROC AUC {}", score(auc)));
        let Some(two) = &self.two_classes else {
            let auc = auc.map(|auc| format!(", {auc} (one against the rest)"));
            return vec![correlation + &auc.unwrap_or_default()];
        };
        let average = two.average_precision.map(|average| format!("average precision {}", score(average)));
        let brier = format!("Brier score {} of {}, the positive class", score(two.brier), printable(&two.positive));
        let scores: Vec<String> = auc.into_iter().chain(average).chain([brier]).collect();
        vec![correlation, scores.join(", ")]
    }

    /// Says what the second of two classes is predicted by, if not by being the most probable: "at a probability of 0.3712
    /// or more".
    pub fn decision(&self) -> Option<String> {
        match (self.threshold, self.thresholds) {
            (Some(threshold), _) => Some(format!("at a probability of {threshold} or more")),
            (None, Some([lowest, highest])) => Some(format!(
                "at a probability of {lowest} to {highest} or more, by the threshold of each fold's own run"
            )),
            (None, None) => None,
        }
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
