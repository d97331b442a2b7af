//! How fast a backend is, from the metrics of its run.

use serde::Serialize;

use super::trial::Trial;
use crate::bench::Spread;

/// Times and memory of a backend.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Speed {
    /// Opening the device and the first epoch, in which kernels are compiled and tuned.
    pub warm_up_seconds: f64,
    /// Epochs after the first.
    pub repeats: usize,
    /// Of an epoch after the first, with validation.
    pub epoch_seconds: Spread,
    /// Training samples per second in the epochs after the first, without validation.
    pub samples_per_second: Spread,
    /// From the start, warm-up included, to the end of the first epoch with the validation accuracy
    /// asked for.
    pub seconds_to_target: Option<f64>,
    /// The best validation accuracy of all epochs; nothing without a validation part.
    pub best_valid_accuracy: Option<f64>,
    /// The most main memory that the process held until the end of the training.
    pub peak_memory_bytes: Option<u64>,
    /// What the device's allocator held at the end of the training.
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
            samples_per_second: Spread::of(repeats.iter().map(|epoch| epoch.samples_per_second).collect()),
            seconds_to_target,
            best_valid_accuracy: trial.epochs.iter().filter_map(|epoch| epoch.valid_accuracy).reduce(f64::max),
            peak_memory_bytes: trial.peak_memory_bytes,
            device_memory_bytes: trial.device_memory_bytes,
        }
    }

    /// What the warm-up takes more than an epoch after it.
    pub(super) fn extra_warm_up_seconds(&self) -> f64 {
        (self.warm_up_seconds - self.epoch_seconds.median).max(0.0)
    }
}
