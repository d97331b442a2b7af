use std::sync::{Arc, Mutex, MutexGuard};

use burn::lr_scheduler::{LrScheduler, LrSchedulerRecord};

use crate::config::{Monitor, ScheduleConfig, ThresholdMode};

/// Reduces the learning rate when a watched figure stops improving (slide 12), as a Burn [`LrScheduler`].
///
/// A learner steps it once per batch and gets the current rate; [`Plateau::observe`] is called once per epoch with the
/// watched figure. Clones are handles on the same state, so the learner may own one and the epoch loop another.
///
/// An epoch improves if its figure beats the best one so far by more than `threshold` (a fraction of the best, or an
/// absolute difference); a figure that is not a number never does. When the number of epochs without improvement
/// reaches `patience`, the rate is multiplied by `factor`, but not below `min_lr` and at most `max_reductions` times.
/// That is the walkthrough's and Keras's count; PyTorch's `ReduceLROnPlateau` reduces one epoch later, so it agrees at
/// its `patience - 1`. As in PyTorch, the `cooldown` epochs after a reduction are not counted.
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
    best: Option<f64>,
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
        let state = State { rate: learning_rate, best: None, bad_epochs: 0, cooldown_left: 0, reductions: 0 };
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
            state.best = Some(figure);
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
    fn improves(&self, figure: f64, best: Option<f64>) -> bool {
        let Some(best) = best else { return !figure.is_nan() };
        let lower = self.monitor.lower_is_better();
        let margin = match self.threshold_mode {
            ThresholdMode::Relative => best * self.threshold,
            ThresholdMode::Absolute => self.threshold,
        };
        if lower { figure < best - margin } else { figure > best + margin }
    }
}

impl LrScheduler for Plateau {
    fn step(&mut self) -> f64 {
        self.rate()
    }

    fn to_record(&self) -> LrSchedulerRecord {
        let state = self.state();
        let record = LrSchedulerRecord::new()
            .with_scalar("rate", state.rate)
            .with_scalar("bad_epochs", state.bad_epochs)
            .with_scalar("cooldown_left", state.cooldown_left)
            .with_scalar("reductions", state.reductions);
        match state.best {
            Some(best) => record.with_scalar("best", best),
            None => record,
        }
    }

    fn load_record(&mut self, record: LrSchedulerRecord) {
        let mut state = self.state();
        state.rate = record.scalar("rate").unwrap_or(state.rate);
        state.best = record.scalar("best");
        state.bad_epochs = record.scalar("bad_epochs").unwrap_or(0);
        state.cooldown_left = record.scalar("cooldown_left").unwrap_or(0);
        state.reductions = record.scalar("reductions").unwrap_or(0);
    }
}

#[cfg(test)]
mod tests;
