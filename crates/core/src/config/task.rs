//! What follows from the task, once the data has told it.

use super::run_config::{RunConfig, TrainingConfig};
use super::values::class_weights::ClassWeights;
use super::values::enums::{ClassWeighting, Monitor, RegressionLoss, TaskName};
use crate::{Error, Result};

/// The loss of a regression with its constants.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberLoss {
    pub kind: RegressionLoss,
    /// Error from which `huber` is linear, in standard deviations of the target.
    pub huber_delta: f64,
    /// The quantile that `quantile` predicts.
    pub quantile: f64,
}

impl NumberLoss {
    /// The loss of one standardised `error`, the true value minus the predicted one.
    pub fn of_error(self, error: f64) -> f64 {
        let size = error.abs();
        match self.kind {
            RegressionLoss::Mse => error * error,
            RegressionLoss::Mae => size,
            RegressionLoss::Huber if size <= self.huber_delta => 0.5 * error * error,
            RegressionLoss::Huber => self.huber_delta * (size - 0.5 * self.huber_delta),
            RegressionLoss::Quantile => (self.quantile * error).max((self.quantile - 1.0) * error),
        }
    }
}

impl NumberLoss {
    /// The derivative of the loss of one `error` by the predicted value.
    pub fn derivative(self, error: f64) -> f64 {
        match self.kind {
            RegressionLoss::Mse => -2.0 * error,
            RegressionLoss::Mae => -error.signum(),
            RegressionLoss::Huber => -error.clamp(-self.huber_delta, self.huber_delta),
            RegressionLoss::Quantile if error > 0.0 => -self.quantile,
            RegressionLoss::Quantile => 1.0 - self.quantile,
        }
    }
}

impl TrainingConfig {
    /// The loss, if numbers are predicted.
    pub fn number_loss(&self) -> NumberLoss {
        NumberLoss { kind: self.loss, huber_delta: self.huber_delta, quantile: self.quantile }
    }
}

impl RunConfig {
    /// Returns this configuration for data whose targets are numbers, or else classes: with the task resolved, if it was
    /// detected, and, in regression, RMSE instead of accuracy as the monitored metric.
    ///
    /// # Errors
    /// [`Error::Config`] if a setting is of the other task.
    pub fn for_task(&self, is_regression: bool, was_detected: bool) -> Result<Self> {
        let mut config = self.clone();
        match is_regression {
            true => {
                config.check_regression()?;
                for monitor in [&mut config.schedule.monitor, &mut config.early_stopping.monitor] {
                    *monitor = monitor.of_regression();
                }
            }
            false => {
                config.check_classification()?;
            }
        }
        if was_detected {
            config.data.task = if is_regression { TaskName::Regression } else { TaskName::Classification };
        }
        Ok(config)
    }

    fn check_regression(&self) -> Result<()> {
        let training = &self.training;
        let needs_classes =
            |key: &str| Err(Error::config(key, "needs classes, but the target is a number; leave it out"));
        if training.label_smoothing > 0.0 {
            return needs_classes("training.label_smoothing");
        }
        match training.class_weights {
            ClassWeights::Named(ClassWeighting::None) => Ok(()),
            _ => needs_classes("training.class_weights"),
        }
    }

    fn check_classification(&self) -> Result<()> {
        let needs_numbers = |key: &str, name: &str, instead: &str| {
            let problem = format!("{name} needs a target of numbers, but this one has classes; {instead}");
            Err(Error::config(key, problem))
        };
        let predict_numbers = "leave it out, or predict numbers with --task regression";
        if self.training.loss != RegressionLoss::Mse {
            return needs_numbers("training.loss", self.training.loss.name(), predict_numbers);
        }
        if self.training.clip_outputs {
            return needs_numbers("training.clip_outputs", "true", predict_numbers);
        }
        let monitors =
            [("schedule.monitor", self.schedule.monitor), ("early_stopping.monitor", self.early_stopping.monitor)];
        match monitors.iter().find(|(_, monitor)| matches!(monitor, Monitor::TrainRmse | Monitor::ValidRmse)) {
            Some((key, monitor)) => needs_numbers(key, monitor.name(), "watch a loss or an accuracy"),
            None => Ok(()),
        }
    }
}

impl Monitor {
    fn of_regression(self) -> Self {
        match self {
            Self::TrainAccuracy => Self::TrainRmse,
            Self::ValidAccuracy => Self::ValidRmse,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_regression_watches_the_rmse_where_a_classification_watches_accuracy() {
        let config = RunConfig::default().for_task(true, true).unwrap();
        assert_eq!((config.data.task, config.early_stopping.monitor), (TaskName::Regression, Monitor::ValidRmse));
        assert_eq!(config.schedule.monitor, Monitor::ValidLoss);
        assert_eq!(config.for_task(true, true).unwrap(), config);
        let classes = RunConfig::default().for_task(false, false).unwrap();
        assert_eq!((classes.data.task, classes.early_stopping.monitor), (TaskName::Auto, Monitor::ValidAccuracy));
    }

    #[test]
    fn settings_of_the_other_task_are_refused() {
        let refused = |change: fn(&mut RunConfig), is_regression| {
            let mut config = RunConfig::default();
            change(&mut config);
            config.for_task(is_regression, true).unwrap_err().to_string()
        };
        assert_eq!(
            refused(|config| config.training.label_smoothing = 0.1, true),
            "training.label_smoothing needs classes, but the target is a number; leave it out"
        );
        assert_eq!(
            refused(|config| config.training.loss = RegressionLoss::Mae, false),
            "training.loss: mae needs a target of numbers, but this one has classes; leave it out, or predict numbers with \
             --task regression"
        );
        assert!(
            refused(|config| config.schedule.monitor = Monitor::ValidRmse, false)
                .starts_with("schedule.monitor: valid-rmse")
        );
    }
}
