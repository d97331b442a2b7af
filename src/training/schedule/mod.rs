//! Learning-rate schedules: Burn's, `plateau`, and linear warm-up before any of them.

mod multi_step;
mod plateau;
mod warmup;

use burn::lr_scheduler::cosine::CosineAnnealingLrSchedulerConfig;
use burn::lr_scheduler::exponential::ExponentialLrSchedulerConfig;
use burn::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::lr_scheduler::step::StepLrSchedulerConfig;

use multi_step::MultiStep;
pub use plateau::Plateau;
use warmup::Warmup;

use crate::config::{RunConfig, ScheduleName};
use crate::error::{Error, Result};

/// The schedule that a learner steps once per batch, and the handle that reports an epoch's metric
/// to it.
pub(super) struct Schedule {
    pub scheduler: ModuleLrScheduler,
    /// Present if the schedule is `plateau`.
    pub plateau: Option<Plateau>,
}

impl Schedule {
    /// Creates the configured schedule. `steps_per_epoch` converts its epochs into the steps that
    /// Burn's schedulers count.
    ///
    /// # Errors
    /// If Burn refuses the schedule's settings.
    pub fn new(config: &RunConfig, steps_per_epoch: usize) -> Result<Self> {
        let (schedule, rate) = (&config.schedule, config.optimizer.learning_rate);
        let plateau = (schedule.name == ScheduleName::Plateau).then(|| Plateau::new(schedule, rate));
        let inner = match (&plateau, schedule.name) {
            (Some(plateau), _) => ModuleLrScheduler::new(plateau.clone()),
            (None, ScheduleName::MultiStep) => ModuleLrScheduler::new(MultiStep::new(schedule, rate, steps_per_epoch)),
            (None, _) => relative(config, steps_per_epoch).map_err(|problem| Error::config("schedule", problem))?,
        };
        // Burn's schedulers refuse initial rates above 1, so they start at 1 and are scaled here.
        let has_own_rate = plateau.is_some() || schedule.name == ScheduleName::MultiStep;
        let scale = if has_own_rate { 1.0 } else { rate };
        let warmup = Warmup::new(inner, scale, schedule.warmup_epochs * steps_per_epoch);
        Ok(Self { scheduler: ModuleLrScheduler::new(warmup), plateau })
    }
}

/// Creates Burn's schedule of that name with an initial rate of 1.
fn relative(config: &RunConfig, steps_per_epoch: usize) -> std::result::Result<ModuleLrScheduler, String> {
    let schedule = &config.schedule;
    let length = if schedule.epochs > 0 { schedule.epochs } else { config.training.epochs };
    let steps = length.saturating_sub(schedule.warmup_epochs).max(1) * steps_per_epoch;
    match schedule.name {
        ScheduleName::Constant | ScheduleName::Plateau | ScheduleName::MultiStep => Ok(1.0.into()),
        ScheduleName::Cosine => CosineAnnealingLrSchedulerConfig::new(1.0, steps)
            .with_min_lr((schedule.min_lr / config.optimizer.learning_rate).min(1.0))
            .init(),
        ScheduleName::Step => {
            StepLrSchedulerConfig::new(1.0, schedule.step_epochs * steps_per_epoch).with_gamma(schedule.factor).init()
        }
        ScheduleName::Exponential => {
            ExponentialLrSchedulerConfig::new(1.0, schedule.factor.powf(1.0 / steps_per_epoch as f64)).init()
        }
    }
}
