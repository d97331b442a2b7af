use std::sync::{Arc, Mutex, MutexGuard};

use burn::lr_scheduler::{LrScheduler, LrSchedulerRecord};

use crate::config::{Monitor, ScheduleConfig, ThresholdMode};

/// Reduces the learning rate when a watched figure stops improving (slide 12), as a Burn [`LrScheduler`].
///
/// A learner steps it once per batch and gets the current rate; [`Plateau::observe`] is called once per epoch with the
/// watched figure. Clones are handles on the same state, so the learner may own one and the epoch loop another.
///
/// An epoch improves if its figure beats the best one so far by more than `threshold` (a fraction of the best, or an
/// absolute difference); a figure that is not a number never does, nor does a first one that is infinitely bad. When the
/// number of epochs without improvement reaches `patience`, the rate is multiplied by `factor`, but not below `min_lr`
/// and at most `max_reductions` times. The `cooldown` epochs after a reduction are not counted.
///
/// With a threshold of 0 this is the walkthrough's scheduler. The libraries' `ReduceLROnPlateau` give the same rates if
/// told what each counts otherwise:
/// - PyTorch reduces one epoch later: it agrees at its `patience - 1`, and at its `eps = 0`, with which it makes reductions
///   of less than 1e-8 too.
/// - Keras counts the last epoch of its cooldown: its `cooldown + 1` is ours. It takes the first figure as the best even
///   if it is not a number, and then finds no improvement any more. It keeps rates in f32.
#[derive(Clone, Debug)]
pub struct Plateau {
    rule: Rule,
    state: Arc<Mutex<State>>,
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
struct State {
    rate: f64,
    /// Infinitely bad before the first improvement.
    best: f64,
    bad_epochs: usize,
    cooldown_left: usize,
    reductions: usize,
}

impl Plateau {
    /// Starts at `learning_rate`.
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
        let state = State { rate: learning_rate, best: rule.worst(), bad_epochs: 0, cooldown_left: 0, reductions: 0 };
        Self { rule, state: Arc::new(Mutex::new(state)) }
    }

    /// The figure to observe.
    pub fn monitor(&self) -> Monitor {
        self.rule.monitor
    }

    /// The rate of the next step.
    pub fn rate(&self) -> f64 {
        self.state().rate
    }

    /// Takes in an epoch's figure. Returns the new rate if it was reduced.
    pub fn observe(&self, figure: f64) -> Option<f64> {
        let rule = &self.rule;
        let mut state = self.state();
        if rule.improves(figure, state.best) {
            state.best = figure;
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

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is plain numbers, whole after every statement.
        self.state.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Rule {
    fn worst(&self) -> f64 {
        if self.monitor.lower_is_better() { f64::INFINITY } else { f64::NEG_INFINITY }
    }

    /// PyTorch's formulas to the last bit, so that rounding decides its ties as it does there.
    fn improves(&self, figure: f64, best: f64) -> bool {
        match (self.monitor.lower_is_better(), self.threshold_mode) {
            (true, ThresholdMode::Relative) => figure < best * (1.0 - self.threshold),
            (true, ThresholdMode::Absolute) => figure < best - self.threshold,
            (false, ThresholdMode::Relative) => figure > best * (1.0 + self.threshold),
            (false, ThresholdMode::Absolute) => figure > best + self.threshold,
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
#[cfg(test)]
mod traces;
