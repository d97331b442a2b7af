//! Reduce the learning rate when a metric stops improving.

use std::sync::{Arc, Mutex, MutexGuard};

use burn::lr_scheduler::{LrScheduler, LrSchedulerRecord};

use crate::config::{Monitor, ScheduleConfig, ThresholdMode};

/// Reduces the learning rate when the monitored metric stops improving (slide 12), as a Burn
/// [`LrScheduler`].
///
/// A learner steps it once per batch and gets the current rate; [`Plateau::observe`] takes the
/// metric once per epoch. Clones share their state, so that the learner can own one and the epoch
/// loop another.
///
/// An epoch improves if its value beats the best so far by more than `threshold` (a fraction of the
/// best, or an absolute difference). NaN never improves, nor does a first value that is infinitely
/// bad. When the number of epochs without improvement reaches `patience`, the rate is multiplied by
/// `factor`, but it never falls below `min_lr` and is reduced at most `max_reductions` times (0
/// means no limit). The `cooldown` epochs after a reduction are not counted.
///
/// A threshold of 0 makes this the walkthrough's scheduler. The libraries' `ReduceLROnPlateau` gives
/// the same rates after translation:
/// - PyTorch reduces one epoch later, so its `patience` is ours minus 1. With `eps = 0` it also
///   makes reductions of less than 1e-8.
/// - Keras counts the last epoch of its cooldown, so its `cooldown` is ours plus 1. It takes the
///   first value as the best even if it is NaN, and then never finds an improvement. It keeps rates
///   in f32.
#[derive(Clone, Debug)]
pub struct Plateau {
    rule: Rule,
    state: Arc<Mutex<PlateauState>>,
}

#[derive(Clone, Debug)]
struct Rule {
    monitor: Monitor,
    factor: f64,
    patience: usize,
    threshold: f64,
    threshold_mode: ThresholdMode,
    cooldown: usize,
    min_lr: f64,
    max_reductions: usize,
}

#[derive(Clone, Debug)]
struct PlateauState {
    rate: f64,
    /// Infinitely bad before the first improvement.
    best: f64,
    bad_epochs: usize,
    cooldown_left: usize,
    reductions: usize,
}

impl Plateau {
    /// Creates a schedule that starts at `learning_rate`.
    pub fn new(config: &ScheduleConfig, learning_rate: f64) -> Self {
        let rule = Rule {
            monitor: config.monitor,
            factor: config.factor,
            patience: config.patience,
            threshold: config.threshold,
            threshold_mode: config.threshold_mode,
            cooldown: config.cooldown,
            min_lr: config.min_lr,
            max_reductions: config.max_reductions,
        };
        let state =
            PlateauState { rate: learning_rate, best: rule.worst(), bad_epochs: 0, cooldown_left: 0, reductions: 0 };
        Self { rule, state: Arc::new(Mutex::new(state)) }
    }

    /// The metric to observe.
    pub fn monitor(&self) -> Monitor {
        self.rule.monitor
    }

    /// The rate of the next step.
    pub fn rate(&self) -> f64 {
        self.state().rate
    }

    /// Takes an epoch's value of the metric. Returns the new rate if it was reduced.
    pub fn observe(&self, value: f64) -> Option<f64> {
        let rule = &self.rule;
        let mut state = self.state();
        if rule.improves(value, state.best) {
            state.best = value;
            state.bad_epochs = 0;
        } else {
            state.bad_epochs += 1;
        }
        if state.cooldown_left > 0 {
            state.cooldown_left -= 1;
            state.bad_epochs = 0;
        }
        if state.bad_epochs < rule.patience {
            return None;
        }
        state.bad_epochs = 0;
        state.cooldown_left = rule.cooldown;
        let reduced = (state.rate * rule.factor).max(rule.min_lr);
        let allowed = rule.max_reductions == 0 || state.reductions < rule.max_reductions;
        if !allowed || reduced >= state.rate {
            return None;
        }
        state.reductions += 1;
        state.rate = reduced;
        Some(reduced)
    }

    fn state(&self) -> MutexGuard<'_, PlateauState> {
        // The state is plain numbers, so a panic elsewhere cannot leave it half-written.
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Rule {
    fn worst(&self) -> f64 {
        if self.monitor.lower_is_better() { f64::INFINITY } else { f64::NEG_INFINITY }
    }

    /// PyTorch's formulas to the last bit, so that rounding decides ties as it does there.
    fn improves(&self, value: f64, best: f64) -> bool {
        match (self.monitor.lower_is_better(), self.threshold_mode) {
            (true, ThresholdMode::Relative) => value < best * (1.0 - self.threshold),
            (true, ThresholdMode::Absolute) => value < best - self.threshold,
            (false, ThresholdMode::Relative) => value > best * (1.0 + self.threshold),
            (false, ThresholdMode::Absolute) => value > best + self.threshold,
        }
    }
}

impl LrScheduler for Plateau {
    fn step(&mut self) -> f64 {
        self.rate()
    }

    fn to_record(&self) -> LrSchedulerRecord {
        let state = self.state();
        LrSchedulerRecord::new()
            .with_scalar("rate", state.rate)
            .with_scalar("best", state.best)
            .with_scalar("bad_epochs", state.bad_epochs)
            .with_scalar("cooldown_left", state.cooldown_left)
            .with_scalar("reductions", state.reductions)
    }

    fn load_record(&mut self, record: LrSchedulerRecord) {
        let mut state = self.state();
        state.rate = record.scalar("rate").unwrap_or(state.rate);
        state.best = record.scalar("best").unwrap_or(self.rule.worst());
        state.bad_epochs = record.scalar("bad_epochs").unwrap_or(0);
        state.cooldown_left = record.scalar("cooldown_left").unwrap_or(0);
        state.reductions = record.scalar("reductions").unwrap_or(0);
    }
}

#[cfg(test)]
mod tests;
