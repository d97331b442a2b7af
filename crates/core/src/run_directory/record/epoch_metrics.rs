//! Metrics of one epoch in `run.json`.

use serde::{Deserialize, Deserializer, Serialize};

use crate::config::Monitor;
use crate::run_directory::EpochRow;

/// Metrics of one epoch. JSON has no NaN, so a loss that is not finite is written as `null` and
/// reads back as NaN.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct EpochMetrics {
    #[serde(deserialize_with = "nan_if_null")]
    pub train_loss: f64,
    /// `None` in regression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train_accuracy: Option<f64>,
    /// `None` in classification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub train_rmse: Option<f64>,
    /// `None` without validation rows.
    pub valid_loss: Option<f64>,
    /// `None` without validation rows, and in regression.
    #[serde(default)]
    pub valid_accuracy: Option<f64>,
    /// Area under the ROC curve; `None` unless it is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_auc: Option<f64>,
    /// F1, mean over the classes that occur or are predicted; `None` unless it is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_f1: Option<f64>,
    /// `None` without validation rows, and in classification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_rmse: Option<f64>,
    /// Mean absolute error, in the unit of `valid_rmse`; `None` unless it is watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_mae: Option<f64>,
}

impl EpochMetrics {
    /// The value of a metric; `None` if the epoch does not have it.
    pub fn value(&self, monitor: Monitor) -> Option<f64> {
        match monitor {
            Monitor::Auto => self.valid_accuracy.or(self.valid_rmse),
            Monitor::TrainLoss => Some(self.train_loss),
            Monitor::TrainAccuracy => self.train_accuracy,
            Monitor::TrainRmse => self.train_rmse,
            Monitor::ValidLoss => self.valid_loss,
            Monitor::ValidAccuracy => self.valid_accuracy,
            Monitor::ValidAuc => self.valid_auc,
            Monitor::ValidF1 => self.valid_f1,
            Monitor::ValidRmse => self.valid_rmse,
            Monitor::ValidMae => self.valid_mae,
        }
    }

    /// The metrics that the epoch has because they were watched, with their values.
    pub fn on_demand(&self) -> impl Iterator<Item = (Monitor, f64)> {
        Monitor::ON_DEMAND.into_iter().filter_map(|monitor| Some((monitor, self.value(monitor)?)))
    }
}

impl From<&EpochRow> for EpochMetrics {
    fn from(row: &EpochRow) -> Self {
        Self {
            train_loss: row.train_loss,
            train_accuracy: row.train_accuracy,
            train_rmse: row.train_rmse,
            valid_loss: row.valid_loss,
            valid_accuracy: row.valid_accuracy,
            valid_auc: row.valid_auc,
            valid_f1: row.valid_f1,
            valid_rmse: row.valid_rmse,
            valid_mae: row.valid_mae,
        }
    }
}

/// Reads the number that JSON cannot write.
pub(super) fn nan_if_null<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}
