//! What follows from the task, once the data has told it.

use super::run_config::{RunConfig, TrainingConfig};
use super::values::class_weights::ClassWeights;
use super::values::enums::{ClassWeighting, RegressionLoss, TaskName};
use super::values::monitor::Monitor;
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
    /// The quantile that the loss predicts; `None` for another loss.
    pub fn predicted_quantile(self) -> Option<f64> {
        (self.kind == RegressionLoss::Quantile).then_some(self.quantile)
    }

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
    /// Returns the metric that a monitor of `auto` stands for. The RMSE is lowest at the mean, so it cannot judge another
    /// quantile.
    pub fn watched(&self, monitor: Monitor, is_regression: bool) -> Monitor {
        match monitor {
            Monitor::Auto if is_regression && self.loss == RegressionLoss::Quantile => Monitor::ValidLoss,
            monitor => monitor.of_task(is_regression),
        }
    }

    /// The loss, if numbers are predicted.
    pub fn number_loss(&self) -> NumberLoss {
        NumberLoss { kind: self.loss, huber_delta: self.huber_delta, quantile: self.quantile }
    }
}

impl RunConfig {
    /// Returns this configuration for data whose targets are numbers, or else classes: with the task resolved, if it was
    /// detected, and the metric that a monitor of `auto` stands for.
    ///
    /// # Errors
    /// [`Error::Config`] with all settings that are of the other task.
    pub fn for_task(&self, is_regression: bool, was_detected: bool) -> Result<Self> {
        self.check_task(is_regression)?;
        let mut config = self.clone();
        // Without validation rows, no epoch is chosen.
        if self.split.valid > 0.0 {
            for monitor in [&mut config.schedule.monitor, &mut config.early_stopping.monitor] {
                *monitor = self.training.watched(*monitor, is_regression);
            }
        }
        if was_detected {
            config.data.task = if is_regression { TaskName::Regression } else { TaskName::Classification };
        }
        Ok(config)
    }

    fn check_task(&self, is_regression: bool) -> Result<()> {
        let monitors =
            [("schedule.monitor", self.schedule.monitor), ("early_stopping.monitor", self.early_stopping.monitor)];
        let misfits = monitors.iter().filter(|(_, monitor)| !monitor.fits(is_regression));
        let misfits: Vec<String> = misfits.map(|(key, monitor)| format!("{key}={monitor}")).collect();
        let of_other_task = if is_regression { self.of_classification() } else { self.of_regression() };
        let settings = of_other_task.into_iter().map(String::from).chain(misfits.iter().cloned()).collect::<Vec<_>>();
        let need = if let [_] = settings[..] { "needs" } else { "need" };
        let target = match is_regression {
            true => format!("{need} classes, but the target is a number"),
            false => format!("{need} a target of numbers, but this one has classes"),
        };
        let them = if let [_] = settings[..] { "it" } else { "them" };
        let task = if is_regression { "" } else { ", or predict numbers with --task regression" };
        let watch = match misfits[..] {
            [] => String::new(),
            _ => format!("; monitors here are {}", monitors_of(is_regression)),
        };
        match settings.is_empty() {
            true => Ok(()),
            false => Err(Error::config(listed(&settings), format!("{target}; leave {them} out{task}{watch}"))),
        }
    }

    /// Settings other than their defaults that only a classification has.
    fn of_classification(&self) -> Vec<&'static str> {
        let Self { training, evaluation, .. } = self;
        let default = Self::default().evaluation;
        let settings = [
            ("training.label_smoothing", training.label_smoothing > 0.0),
            ("training.class_weights", training.class_weights != ClassWeights::Named(ClassWeighting::None)),
            ("evaluation.top_k", evaluation.top_k != default.top_k),
            ("evaluation.threshold", evaluation.threshold != default.threshold),
        ];
        changed(&settings)
    }

    /// Settings other than their defaults that only a regression has.
    fn of_regression(&self) -> Vec<&'static str> {
        let (training, default) = (&self.training, Self::default().training);
        let settings = [
            ("training.loss", training.loss != default.loss),
            ("training.huber_delta", training.huber_delta != default.huber_delta),
            ("training.quantile", training.quantile != default.quantile),
            ("training.clip_outputs", training.clip_outputs != default.clip_outputs),
        ];
        changed(&settings)
    }
}

fn changed(settings: &[(&'static str, bool)]) -> Vec<&'static str> {
    settings.iter().filter(|(_, is_changed)| *is_changed).map(|(key, _)| *key).collect()
}

fn monitors_of(is_regression: bool) -> String {
    let fitting = Monitor::ALL.iter().filter(|monitor| monitor.fits(is_regression));
    fitting.map(|monitor| monitor.name()).collect::<Vec<_>>().join(", ")
}

/// "a", "a and b", "a, b and c".
fn listed(names: &[String]) -> String {
    match names {
        [rest @ .., last] if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        names => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_automatic_monitor_of_a_quantile_is_the_loss() {
        let mut config = RunConfig::default();
        config.training.loss = RegressionLoss::Quantile;
        let resolved = config.for_task(true, true).unwrap();
        assert_eq!(resolved.early_stopping.monitor, Monitor::ValidLoss);
        let changed = resolved.changed_settings().unwrap();
        assert!(!changed.iter().any(|setting| setting.starts_with("early_stopping")), "{changed:?}");
        config.early_stopping.monitor = Monitor::ValidRmse;
        assert_eq!(config.for_task(true, true).unwrap().early_stopping.monitor, Monitor::ValidRmse);
        config.training.loss = RegressionLoss::Mae;
        config.early_stopping.monitor = Monitor::Auto;
        assert_eq!(config.for_task(true, true).unwrap().early_stopping.monitor, Monitor::ValidRmse);
    }

    #[test]
    fn the_automatic_monitor_is_the_accuracy_or_the_rmse() {
        let config = RunConfig::default().for_task(true, true).unwrap();
        assert_eq!((config.data.task, config.early_stopping.monitor), (TaskName::Regression, Monitor::ValidRmse));
        assert_eq!(config.schedule.monitor, Monitor::ValidLoss);
        assert_eq!(config.for_task(true, true).unwrap(), config);
        let classes = RunConfig::default().for_task(false, false).unwrap();
        assert_eq!((classes.data.task, classes.early_stopping.monitor), (TaskName::Auto, Monitor::ValidAccuracy));
    }

    fn refusal(is_regression: bool, change: impl Fn(&mut RunConfig)) -> String {
        let mut config = RunConfig::default();
        change(&mut config);
        config.for_task(is_regression, true).unwrap_err().to_string()
    }

    #[test]
    fn a_setting_of_the_other_task_is_refused() {
        assert_eq!(
            refusal(true, |config| config.training.label_smoothing = 0.1),
            "training.label_smoothing needs classes, but the target is a number; leave it out"
        );
        assert_eq!(
            refusal(false, |config| config.training.loss = RegressionLoss::Mae),
            "training.loss needs a target of numbers, but this one has classes; leave it out, or predict numbers with \
             --task regression"
        );
    }

    #[test]
    fn a_monitor_of_the_other_task_is_refused_with_those_that_fit() {
        assert_eq!(
            refusal(true, |config| config.early_stopping.monitor = Monitor::ValidAuc),
            "early_stopping.monitor=valid-auc needs classes, but the target is a number; leave it out; monitors here are \
             auto, train-loss, train-rmse, valid-loss, valid-rmse, valid-mae"
        );
        let classes = refusal(false, |config| config.schedule.monitor = Monitor::ValidMae);
        assert!(classes.starts_with("schedule.monitor=valid-mae needs a target of numbers"), "{classes}");
        assert!(classes.ends_with("valid-loss, valid-accuracy, valid-auc, valid-f1"), "{classes}");
    }

    #[test]
    fn one_refusal_names_every_setting_of_the_other_task() {
        let regression = refusal(true, |config| {
            config.training.label_smoothing = 0.1;
            config.training.class_weights = ClassWeights::Named(ClassWeighting::Balanced);
            (config.evaluation.top_k, config.evaluation.threshold) = (3, "f1".to_string());
            config.schedule.monitor = Monitor::TrainAccuracy;
        });
        let all = "training.label_smoothing, training.class_weights, evaluation.top_k, evaluation.threshold and \
                   schedule.monitor=train-accuracy need classes, but the target is a number; leave them out; monitors";
        assert!(regression.starts_with(all), "{regression}");
        let classes = refusal(false, |config| {
            (config.training.huber_delta, config.training.quantile, config.training.clip_outputs) = (2.0, 0.9, true);
        });
        let all = "training.huber_delta, training.quantile and training.clip_outputs need a target of numbers, but this \
                   one has classes; leave them out, or predict";
        assert!(classes.starts_with(all), "{classes}");
    }
}
