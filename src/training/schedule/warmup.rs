//! Linear warm-up.

use burn::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::lr_scheduler::{LrScheduler, LrSchedulerRecord};

/// Linear warm-up before another schedule: step `k` of `W` warm-up steps uses `k / W` of the
/// schedule's first rate (Goyal et al. 2017, arXiv 1706.02677, section 2.2). The schedule itself
/// starts after the last warm-up step.
#[derive(Clone)]
pub(super) struct Warmup {
    inner: ModuleLrScheduler,
    scale: f64,
    steps: usize,
    taken: usize,
    /// The schedule's first rate; unknown before the first step.
    first: Option<f64>,
}

impl Warmup {
    /// Puts `steps` of warm-up, possibly 0, before `inner`, whose rates are multiplied by `scale`.
    pub fn new(inner: ModuleLrScheduler, scale: f64, steps: usize) -> Self {
        Self { inner, scale, steps, taken: 0, first: None }
    }
}

impl LrScheduler for Warmup {
    fn step(&mut self) -> f64 {
        if self.taken >= self.steps {
            return self.scale * self.inner.step().base();
        }
        let inner = &self.inner;
        let first = *self.first.get_or_insert_with(|| inner.clone().step().base());
        self.taken += 1;
        self.scale * first * self.taken as f64 / self.steps as f64
    }

    fn to_record(&self) -> LrSchedulerRecord {
        let record = LrSchedulerRecord::new()
            .with_scalar("warmup_steps_taken", self.taken)
            .with_record("after", self.inner.to_record());
        match self.first {
            Some(first) => record.with_scalar("first", first),
            None => record,
        }
    }

    fn load_record(&mut self, record: LrSchedulerRecord) {
        self.taken = record.scalar("warmup_steps_taken").unwrap_or(0);
        self.first = record.scalar("first");
        self.inner = self.inner.clone().load_record(record.record("after"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::Plateau;
    use super::*;
    use crate::config::RunConfig;

    #[test]
    fn the_rate_rises_in_equal_steps_to_the_schedules_first_rate() {
        let mut warmup = Warmup::new(1.0.into(), 0.1, 4);
        let rates: Vec<f64> = (0..6).map(|_| warmup.step()).collect();
        for (rate, expected) in rates.iter().zip([0.025, 0.05, 0.075, 0.1, 0.1, 0.1]) {
            assert!((rate - expected).abs() < 1e-12, "{rates:?}");
        }
    }

    #[test]
    fn a_restored_warmup_still_rises_to_the_first_rate_after_the_schedule_fell() {
        let config = RunConfig::default().schedule;
        let fresh = |plateau: &Plateau| Warmup::new(ModuleLrScheduler::new(plateau.clone()), 1.0, 8);
        let plateau = Plateau::new(&config, 0.1);
        let mut original = fresh(&plateau);
        original.step();
        for _ in 0..20 {
            plateau.observe(1.0);
        }
        let other = Plateau::new(&config, 0.1);
        let mut restored = fresh(&other);
        restored.load_record(original.to_record());
        assert!(other.rate() < 0.1);
        assert_eq!(original.step(), restored.step());
    }

    #[test]
    fn a_restored_warmup_continues_where_it_was() {
        let mut original = Warmup::new(1.0.into(), 0.1, 5);
        for _ in 0..3 {
            original.step();
        }
        let mut restored = Warmup::new(1.0.into(), 0.1, 5);
        restored.load_record(original.to_record());
        for _ in 0..4 {
            assert_eq!(original.step(), restored.step());
        }
    }
}
