//! Early stopping: which epoch is the best, and whether to go on.
//!
//! Both are functions of the finished epochs alone, so a resumed run decides as an uninterrupted
//! one would.

use super::monitor::{is_better, value_of};
use crate::config::{EarlyStoppingConfig, RegressionLoss, RunConfig};
use crate::run_directory::EpochRow;

/// Returns the settings, with the metric that a monitor of `auto` stands for where the loss decides it.
pub(super) fn rule(config: &RunConfig) -> EarlyStoppingConfig {
    let (rule, is_quantile) = (config.early_stopping.clone(), config.training.loss == RegressionLoss::Quantile);
    // Only numbers have quantiles.
    let monitor = if is_quantile { config.training.watched(rule.monitor, true) } else { rule.monitor };
    EarlyStoppingConfig { monitor, ..rule }
}

/// Whether `row` is better than `best` by more than `margin`. Without a margin, the lower loss wins
/// a tie.
fn improves(config: &EarlyStoppingConfig, row: &EpochRow, best: &EpochRow, margin: f64) -> bool {
    let monitor = config.monitor.of_task(row.train_rmse.is_some());
    let (value, best_value) = (value_of(monitor, row), value_of(monitor, best));
    // Validation rows choose nothing, not even of equals, if the training rows are watched.
    let loss = |row: &EpochRow| if monitor.needs_valid() { row.valid_loss.unwrap_or(f64::NAN) } else { row.train_loss };
    let wins_tie = margin == 0.0 && value == best_value && loss(row) < loss(best);
    wins_tie || is_better(monitor, value, best_value, margin) || (best_value.is_nan() && !value.is_nan())
}

/// Returns the best epoch by the monitor; the lower loss, then the earlier epoch, wins a tie.
/// Without validation the last epoch is the best.
pub(super) fn best<'a>(config: &EarlyStoppingConfig, history: &'a [EpochRow]) -> Option<&'a EpochRow> {
    if history.iter().all(|row| row.valid_loss.is_none()) {
        return history.last();
    }
    history.iter().reduce(|best, row| if improves(config, row, best, 0.0) { row } else { best })
}

/// Returns the epoch whose weights are the run's model: the best, or the last if `restore_best` is
/// off.
pub(super) fn kept<'a>(config: &EarlyStoppingConfig, history: &'a [EpochRow]) -> Option<&'a EpochRow> {
    if config.restore_best { best(config, history) } else { history.last() }
}

/// Returns the epoch of `history` after which training ends: the first whose last `patience` epochs
/// did not beat the best value before them by more than `min_delta`. Without validation it never
/// does.
pub(super) fn end(config: &EarlyStoppingConfig, history: &[EpochRow]) -> Option<usize> {
    if !config.enabled || history.iter().all(|row| row.valid_loss.is_none()) {
        return None;
    }
    let mut rows = history.iter();
    let mut best = rows.next()?;
    let mut waited = 0;
    rows.find(|row| {
        if improves(config, row, best, config.min_delta) {
            (best, waited) = (row, 0);
        } else {
            waited += 1;
        }
        waited >= config.patience
    })
    .map(|row| row.epoch)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Monitor;

    fn history(valid: &[(f64, f64)]) -> Vec<EpochRow> {
        let row = |(index, &(loss, accuracy)): (usize, &(f64, f64))| EpochRow {
            epoch: index + 1,
            train_loss: loss,
            train_accuracy: Some(accuracy),
            valid_loss: Some(loss),
            valid_accuracy: Some(accuracy),
            ..EpochRow::default()
        };
        valid.iter().enumerate().map(row).collect()
    }

    fn config(patience: usize) -> EarlyStoppingConfig {
        EarlyStoppingConfig { patience, ..RunConfig::default().early_stopping }
    }

    #[test]
    fn the_loss_decides_where_quantiles_are_predicted() {
        let mut config = RunConfig::default();
        assert_eq!(rule(&config).monitor, Monitor::Auto);
        config.training.loss = RegressionLoss::Quantile;
        let row = |epoch: usize, loss: f64, rmse: f64| EpochRow {
            epoch,
            train_rmse: Some(rmse),
            valid_loss: Some(loss),
            valid_rmse: Some(rmse),
            ..EpochRow::default()
        };
        let history = [row(1, 0.5, 3.0), row(2, 0.4, 4.0)];
        assert_eq!(best(&rule(&config), &history).map(|row| row.epoch), Some(2));
        config.early_stopping.monitor = Monitor::ValidRmse;
        assert_eq!(best(&rule(&config), &history).map(|row| row.epoch), Some(1));
    }

    #[test]
    fn the_best_epoch_has_the_highest_accuracy_then_the_lowest_loss_then_the_lowest_number() {
        let history = history(&[(0.5, 0.8), (0.4, 0.9), (0.3, 0.9), (0.3, 0.9), (0.2, 0.85)]);
        assert_eq!(best(&config(3), &history).unwrap().epoch, 3);
    }

    #[test]
    fn the_best_epoch_is_that_of_the_watched_metric() {
        let mut history = history(&[(0.5, 0.9), (0.3, 0.8), (0.4, 0.7)]);
        for (row, auc) in history.iter_mut().zip([0.6, 0.7, 0.8]) {
            (row.valid_auc, row.valid_mae) = (Some(auc), Some(auc));
        }
        let best_by = |monitor| best(&EarlyStoppingConfig { monitor, ..config(3) }, &history).unwrap().epoch;
        assert_eq!(
            [Monitor::Auto, Monitor::ValidLoss, Monitor::ValidAuc, Monitor::ValidMae].map(best_by),
            [1, 2, 3, 1]
        );
    }

    #[test]
    fn of_epochs_with_equal_training_metrics_the_validation_rows_choose_none() {
        let mut history = history(&[(0.5, 0.9), (0.5, 0.9)]);
        (history[1].valid_loss, history[1].valid_accuracy) = (Some(0.1), Some(1.0));
        let config = EarlyStoppingConfig { monitor: Monitor::TrainAccuracy, ..config(3) };
        assert_eq!(best(&config, &history).unwrap().epoch, 1);
    }

    #[test]
    fn an_epoch_whose_metrics_are_nan_is_not_the_best() {
        let history = history(&[(f64::NAN, f64::NAN), (0.5, 0.8), (f64::NAN, f64::NAN)]);
        assert_eq!(best(&config(3), &history).unwrap().epoch, 2);
    }

    #[test]
    fn without_validation_the_last_epoch_is_the_best_and_nothing_stops_early() {
        let mut history = history(&[(0.5, 0.8); 9]);
        for row in &mut history {
            (row.valid_loss, row.valid_accuracy) = (None, None);
        }
        assert_eq!(best(&config(1), &history).unwrap().epoch, 9);
        assert_eq!(end(&config(1), &history), None);
    }

    #[test]
    fn it_stops_after_patience_epochs_without_improvement() {
        let history = history(&[(0.5, 0.8), (0.3, 0.9), (0.4, 0.9), (0.3, 0.89), (0.3, 0.9)]);
        assert_eq!(end(&config(3), &history[..4]), None);
        assert_eq!(end(&config(3), &history), Some(5));
        assert_eq!(end(&config(1), &history), Some(3), "epochs after the end do not move it");
        assert_eq!(end(&EarlyStoppingConfig { enabled: false, ..config(1) }, &history), None);
    }

    #[test]
    fn the_same_accuracy_at_a_lower_loss_is_an_improvement() {
        let history = history(&[(0.5, 0.9), (0.4, 0.9), (0.3, 0.9), (0.2, 0.9)]);
        assert_eq!(end(&config(2), &history), None);
    }

    #[test]
    fn an_improvement_smaller_than_min_delta_does_not_count() {
        let history = history(&[(0.5, 0.8), (0.4, 0.801), (0.3, 0.802)]);
        let config = EarlyStoppingConfig { min_delta: 0.01, ..config(2) };
        assert_eq!(end(&config, &history), Some(3));
    }

    #[test]
    fn with_restore_best_off_the_last_epochs_weights_are_kept() {
        let history = history(&[(0.5, 0.9), (0.4, 0.8)]);
        let config = EarlyStoppingConfig { restore_best: false, ..config(3) };
        assert_eq!(kept(&config, &history).unwrap().epoch, 2);
    }
}
