//! The metric that early stopping and the plateau schedule watch.

use crate::config::Monitor;
use crate::run_directory::EpochRow;

/// The value of the monitored metric in an epoch; NaN if the epoch was not validated.
pub(super) fn value_of(monitor: Monitor, row: &EpochRow) -> f64 {
    match monitor {
        Monitor::TrainLoss => row.train_loss,
        Monitor::TrainAccuracy => row.train_accuracy.unwrap_or(f64::NAN),
        Monitor::TrainRmse => row.train_rmse.unwrap_or(f64::NAN),
        Monitor::ValidLoss => row.valid_loss.unwrap_or(f64::NAN),
        Monitor::ValidAccuracy => row.valid_accuracy.unwrap_or(f64::NAN),
        Monitor::ValidRmse => row.valid_rmse.unwrap_or(f64::NAN),
    }
}

/// Whether `value` beats `best` by more than `margin`. NaN never does.
pub(super) fn is_better(monitor: Monitor, value: f64, best: f64, margin: f64) -> bool {
    if monitor.lower_is_better() { value < best - margin } else { value > best + margin }
}
