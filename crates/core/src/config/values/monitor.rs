//! The metric that early stopping and the plateau schedule watch.

use burn_mlp_infer::choices;

use crate::format::{loss, number, percent, score};

choices! {
    /// Metrics of an epoch that can be watched.
    Monitor, "monitor", {
        /// As `valid-accuracy` where classes are predicted, as `valid-rmse` where numbers are, and as `valid-loss` where
        /// quantiles are.
        Auto = "auto",
        TrainLoss = "train-loss",
        TrainAccuracy = "train-accuracy",
        TrainRmse = "train-rmse",
        ValidLoss = "valid-loss",
        ValidAccuracy = "valid-accuracy",
        /// Area under the ROC curve: of more than two classes the mean of one against the rest.
        ValidAuc = "valid-auc",
        /// F1 of the most probable class, mean over the classes that occur or are predicted.
        ValidF1 = "valid-f1",
        ValidRmse = "valid-rmse",
        /// Mean absolute error.
        ValidMae = "valid-mae",
    }
}

impl Monitor {
    /// Metrics that an epoch has only if they are watched.
    pub const ON_DEMAND: [Self; 3] = [Self::ValidAuc, Self::ValidF1, Self::ValidMae];

    /// Whether the metric needs a validation split, which `split.valid = 0` disables.
    pub fn needs_valid(self) -> bool {
        !matches!(self, Self::TrainLoss | Self::TrainAccuracy | Self::TrainRmse)
    }

    /// Whether lower is better: true for losses and errors, false for the others. `auto` must be
    /// [resolved](Self::of_task) before.
    pub fn lower_is_better(self) -> bool {
        !matches!(self, Self::Auto | Self::TrainAccuracy | Self::ValidAccuracy | Self::ValidAuc | Self::ValidF1)
    }

    /// Returns what to watch instead if there is no validation split: the same metric of the training split, or its
    /// loss.
    pub fn on_train(self) -> Self {
        match self {
            Self::TrainAccuracy | Self::ValidAccuracy => Self::TrainAccuracy,
            Self::TrainRmse | Self::ValidRmse => Self::TrainRmse,
            _ => Self::TrainLoss,
        }
    }

    /// Returns the metric that `auto` stands for in a task.
    pub fn of_task(self, is_regression: bool) -> Self {
        match (self, is_regression) {
            (Self::Auto, true) => Self::ValidRmse,
            (Self::Auto, false) => Self::ValidAccuracy,
            (other, _) => other,
        }
    }

    /// Whether a task has this metric.
    pub fn fits(self, is_regression: bool) -> bool {
        match self {
            Self::Auto | Self::TrainLoss | Self::ValidLoss => true,
            Self::TrainAccuracy | Self::ValidAccuracy | Self::ValidAuc | Self::ValidF1 => !is_regression,
            Self::TrainRmse | Self::ValidRmse | Self::ValidMae => is_regression,
        }
    }

    /// The metric in words, without the split.
    pub fn metric(self) -> &'static str {
        match self {
            Self::Auto => "metric",
            Self::TrainLoss | Self::ValidLoss => "loss",
            Self::TrainAccuracy | Self::ValidAccuracy => "accuracy",
            Self::ValidAuc => "ROC AUC",
            Self::ValidF1 => "macro F1",
            Self::TrainRmse | Self::ValidRmse => "RMSE",
            Self::ValidMae => "MAE",
        }
    }

    /// Formats a value of the metric.
    pub fn format(self, value: f64) -> String {
        match self {
            Self::TrainLoss | Self::ValidLoss => loss(value),
            Self::TrainAccuracy | Self::ValidAccuracy | Self::ValidF1 => percent(value),
            Self::Auto | Self::ValidAuc => score(value),
            Self::TrainRmse | Self::ValidRmse | Self::ValidMae => number(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(is_one: impl Fn(Monitor) -> bool) -> String {
        let names: Vec<&str> = Monitor::ALL.iter().filter(|it| is_one(**it)).map(|it| it.name()).collect();
        names.join(" ")
    }

    #[test]
    fn losses_and_errors_improve_downwards() {
        assert_eq!(all(Monitor::lower_is_better), "train-loss train-rmse valid-loss valid-rmse valid-mae");
    }

    #[test]
    fn all_but_training_metrics_need_a_validation_split() {
        assert_eq!(all(|it| !it.needs_valid()), "train-loss train-accuracy train-rmse");
        assert!(Monitor::ALL.iter().all(|it| !it.on_train().needs_valid()));
        assert_eq!(Monitor::ValidAccuracy.on_train(), Monitor::TrainAccuracy);
    }

    #[test]
    fn each_task_has_its_metrics() {
        assert_eq!(
            all(|it| it.fits(false)),
            "auto train-loss train-accuracy valid-loss valid-accuracy valid-auc valid-f1"
        );
        assert_eq!(all(|it| it.fits(true)), "auto train-loss train-rmse valid-loss valid-rmse valid-mae");
        assert_eq!(
            (Monitor::Auto.of_task(true), Monitor::Auto.of_task(false)),
            (Monitor::ValidRmse, Monitor::ValidAccuracy)
        );
        assert_eq!(Monitor::ValidLoss.of_task(true), Monitor::ValidLoss);
    }
}
