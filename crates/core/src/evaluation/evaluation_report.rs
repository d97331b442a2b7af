//! All metrics of one split, of either task.

use serde::{Deserialize, Serialize};

use super::{ClassificationReport, RegressionReport};
use crate::config::Selection;

/// Entry of one split in `evaluation.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum EvaluationReport {
    /// Predicted classes.
    Classification(Box<ClassificationReport>),
    /// Predicted numbers.
    Regression(RegressionReport),
}

impl EvaluationReport {
    /// Number of rows, at least 1.
    pub fn samples(&self) -> usize {
        match self {
            Self::Classification(report) => report.samples,
            Self::Regression(report) => report.samples,
        }
    }

    /// Mean loss over rows, without the L2 term.
    pub fn loss(&self) -> f64 {
        match self {
            Self::Classification(report) => report.loss,
            Self::Regression(report) => report.loss,
        }
    }

    /// Fraction of rows predicted correctly; `None` in regression.
    pub fn accuracy(&self) -> Option<f64> {
        self.classification().map(|report| report.accuracy)
    }

    /// [`RegressionReport::rmse`]; `None` in classification.
    pub fn rmse(&self) -> Option<f64> {
        self.regression().map(RegressionReport::rmse)
    }

    /// What the rows have chosen: the metrics of a model on rows that have are too good.
    pub fn used_for_selection(&self) -> &[Selection] {
        match self {
            Self::Classification(report) => &report.used_for_selection,
            Self::Regression(report) => &report.used_for_selection,
        }
    }

    /// Sets what the rows have chosen.
    pub fn set_used_for_selection(&mut self, selections: Vec<Selection>) {
        match self {
            Self::Classification(report) => report.used_for_selection = selections,
            Self::Regression(report) => report.used_for_selection = selections,
        }
    }

    /// The report on predicted classes.
    pub fn classification(&self) -> Option<&ClassificationReport> {
        match self {
            Self::Classification(report) => Some(report),
            Self::Regression(_) => None,
        }
    }

    /// The report on predicted numbers.
    pub fn regression(&self) -> Option<&RegressionReport> {
        match self {
            Self::Classification(_) => None,
            Self::Regression(report) => Some(report),
        }
    }
}

impl From<ClassificationReport> for EvaluationReport {
    fn from(report: ClassificationReport) -> Self {
        Self::Classification(Box::new(report))
    }
}

impl From<RegressionReport> for EvaluationReport {
    fn from(report: RegressionReport) -> Self {
        Self::Regression(report)
    }
}
