//! How fast a backend is, from the metrics of its run.

use serde::Serialize;

use super::trial::Trial;

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
    /// From the start, warm-up included, to the end of the first epoch with the validation accuracy asked for.
    pub seconds_to_target: Option<f64>,
    /// The best validation accuracy of all epochs; nothing without a validation part.
    pub best_valid_accuracy: Option<f64>,
    /// The most main memory that the process held until the end of the training.
    pub peak_memory_bytes: Option<u64>,
    /// What the device's allocator held at the end of the training.
    pub device_memory_bytes: Option<u64>,
}

/// Repeated measurements.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Spread {
    /// Half of them lie on either side.
    pub median: f64,
    /// The smallest.
    pub least: f64,
    /// The largest.
    pub most: f64,
    /// A quarter of them lie below.
    pub lower_quartile: f64,
    /// A quarter of them lie above.
    pub upper_quartile: f64,
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

impl Spread {
    fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let last = values.len().saturating_sub(1);
        let at = |index: usize| values.get(index).copied().unwrap_or(f64::NAN);
        Self {
            median: (at(last / 2) + at(last.div_ceil(2))) / 2.0,
            least: at(0),
            most: at(last),
            // Of few measurements these are the outermost.
            lower_quartile: at(last / 4),
            upper_quartile: at((3 * last).div_ceil(4)),
        }
    }

    /// Whether the middle halves have values in common, so that their order is open. The outermost are left out: one epoch
    /// that something disturbed says little.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.lower_quartile <= other.upper_quartile && other.lower_quartile <= self.upper_quartile
    }

    /// The largest of the middle half over the smallest of it.
    pub(super) fn ratio(&self) -> f64 {
        self.upper_quartile / self.lower_quartile
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_and_the_quartiles_are_the_middle_of_the_sorted_values() {
        let spread = Spread::of(vec![9.0, 1.0, 2.0, 8.0, 3.0, 7.0, 4.0, 6.0, 5.0, 100.0]);
        assert_eq!((spread.least, spread.median, spread.most), (1.0, 5.5, 100.0));
        assert_eq!((spread.lower_quartile, spread.upper_quartile), (3.0, 8.0));
        let few = Spread::of(vec![3.0, 1.0, 2.0]);
        assert_eq!((few.lower_quartile, few.median, few.upper_quartile), (1.0, 2.0, 3.0));
        let one = Spread::of(vec![4.0]);
        assert_eq!(
            (one.least, one.lower_quartile, one.median, one.upper_quartile, one.most),
            (4.0, 4.0, 4.0, 4.0, 4.0)
        );
    }

    #[test]
    fn one_disturbed_measurement_leaves_no_order_open() {
        let fast = Spread::of(vec![10.0, 11.0, 10.5, 2.0, 10.2, 10.8, 10.4, 10.6]);
        let slow = Spread::of(vec![5.0, 5.5, 5.2, 5.1, 5.3, 5.4, 5.2, 5.1]);
        assert!(!fast.overlaps(&slow) && fast.ratio() < 1.1, "{fast:?}");
        assert!(fast.overlaps(&Spread::of(vec![10.3; 8])));
    }
}
