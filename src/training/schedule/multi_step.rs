//! Reduces the learning rate after given epochs.

use burn::lr_scheduler::{LrScheduler, LrSchedulerRecord};

use crate::config::ScheduleConfig;

/// Multiplies the learning rate by `factor` after each epoch of `milestones`, but never lets it fall below `min_lr`; as
/// PyTorch's `MultiStepLR`.
#[derive(Clone)]
pub(super) struct MultiStep {
    rate: f64,
    factor: f64,
    min_lr: f64,
    /// Number of steps after which the rate falls, ascending.
    milestones: Vec<usize>,
    taken: usize,
}

impl MultiStep {
    /// Creates a schedule that starts at `learning_rate`, after the warm-up.
    pub fn new(config: &ScheduleConfig, learning_rate: f64, steps_per_epoch: usize) -> Self {
        let steps = |&epoch: &usize| epoch.saturating_sub(config.warmup_epochs) * steps_per_epoch;
        let mut milestones: Vec<usize> = config.milestones.iter().map(steps).collect();
        milestones.sort_unstable();
        Self { rate: learning_rate, factor: config.factor, min_lr: config.min_lr, milestones, taken: 0 }
    }
}

impl LrScheduler for MultiStep {
    fn step(&mut self) -> f64 {
        let reductions = self.milestones.iter().filter(|steps| **steps <= self.taken).count();
        self.taken += 1;
        // One factor at a time, as a plateau reduces the rate, so that both round to the same rates.
        (0..reductions).fold(self.rate, |rate, _| (rate * self.factor).max(self.min_lr.min(rate)))
    }

    fn to_record(&self) -> LrSchedulerRecord {
        LrSchedulerRecord::new().with_scalar("multi_step_taken", self.taken)
    }

    fn load_record(&mut self, record: LrSchedulerRecord) {
        self.taken = record.scalar("multi_step_taken").unwrap_or(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RunConfig;

    fn schedule(milestones: &[usize], warmup_epochs: usize, min_lr: f64) -> MultiStep {
        let defaults = RunConfig::default().schedule;
        let config = ScheduleConfig { milestones: milestones.to_vec(), warmup_epochs, min_lr, ..defaults };
        MultiStep::new(&config, 0.8, 2)
    }

    fn rates(mut schedule: MultiStep, steps: usize) -> Vec<f64> {
        (0..steps).map(|_| schedule.step()).collect()
    }

    #[test]
    fn the_rate_falls_after_each_milestone_down_to_the_minimum() {
        assert_eq!(rates(schedule(&[3, 1], 0, 0.0), 8), [0.8, 0.8, 0.4, 0.4, 0.4, 0.4, 0.2, 0.2]);
        assert_eq!(rates(schedule(&[1, 2], 0, 0.3), 6), [0.8, 0.8, 0.4, 0.4, 0.3, 0.3]);
        assert_eq!(rates(schedule(&[], 0, 0.0), 3), [0.8; 3]);
    }

    #[test]
    fn epochs_of_warm_up_count() {
        assert_eq!(rates(schedule(&[3], 2, 0.0), 4), [0.8, 0.8, 0.4, 0.4]);
    }

    #[test]
    fn a_restored_schedule_continues_where_it_was() {
        let mut original = schedule(&[1, 2], 0, 0.0);
        for _ in 0..3 {
            original.step();
        }
        let mut restored = schedule(&[1, 2], 0, 0.0);
        restored.load_record(original.to_record());
        assert_eq!(rates(original, 4), rates(restored, 4));
    }
}
