//! The metric that early stopping and the plateau schedule watch.

use crate::config::Monitor;
use crate::run_directory::{EpochMetrics, EpochRow};

/// The value of the monitored metric in an epoch; NaN if the epoch does not have it.
pub(super) fn value_of(monitor: Monitor, row: &EpochRow) -> f64 {
    EpochMetrics::from(row).value(monitor).unwrap_or(f64::NAN)
}

/// Whether `value` beats `best` by more than `margin`. NaN never does.
pub(super) fn is_better(monitor: Monitor, value: f64, best: f64, margin: f64) -> bool {
    if monitor.lower_is_better() { value < best - margin } else { value > best + margin }
}
