//! The speed of a backend, computed from the metrics of its run.

use serde::Serialize;

use super::trial::Trial;
use crate::bench::Spread;

/// Times and memory of a backend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Speed {
    /// Time to open the device and to run the first epoch, in which kernels are compiled and tuned.
    pub warm_up_seconds: f64,
    /// Number of epochs after the first.
    pub repeats: usize,
    /// Time of an epoch after the first, including validation.
    pub epoch_seconds: Spread,
    /// Training samples per second in the epochs after the first, excluding validation.
    pub samples_per_second: Spread,
    /// From the start, warm-up included, to the end of the first epoch that reaches the target
    /// accuracy; `None` if none does.
    pub seconds_to_target: Option<f64>,
    /// The best validation accuracy of all epochs; `None` without a validation set.
    pub best_valid_accuracy: Option<f64>,
    /// Peak memory of the process up to the end of the training.
    pub peak_memory_bytes: Option<u64>,
    /// Memory held by the device's allocator at the end of the training.
    pub device_memory_bytes: Option<u64>,
}

impl Speed {
    pub(super) fn of(trial: &Trial, target_accuracy: f64) -> Self {
        let (first, repeats) = trial.epochs.split_at(1.min(trial.epochs.len()));
        let mut elapsed = trial.opening_seconds;
        let mut seconds_to_target = None;
        for epoch in &trial.epochs {
            elapsed += epoch.seconds;
            if epoch.valid_accuracy.is_some_and(|accuracy| accuracy >= target_accuracy) {
                seconds_to_target = Some(elapsed);
                break;
            }
        }
        Self {
            warm_up_seconds: trial.opening_seconds + first.iter().map(|epoch| epoch.seconds).sum::<f64>(),
            repeats: repeats.len(),
            epoch_seconds: Spread::of(repeats.iter().map(|epoch| epoch.seconds).collect()),
            samples_per_second: Spread::of(repeats.iter().filter_map(|epoch| epoch.samples_per_second).collect()),
            seconds_to_target,
            best_valid_accuracy: trial.epochs.iter().filter_map(|epoch| epoch.valid_accuracy).reduce(f64::max),
            peak_memory_bytes: trial.peak_memory_bytes,
            device_memory_bytes: trial.device_memory_bytes,
        }
    }

    /// Returns how much longer the warm-up takes than a later epoch.
    pub(super) fn extra_warm_up_seconds(&self) -> f64 {
        (self.warm_up_seconds - self.epoch_seconds.median).max(0.0)
    }
}
