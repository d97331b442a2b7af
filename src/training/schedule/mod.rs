//! Learning-rate schedules: Burn's, the plateau one, and linear warm-up before any of them.

mod plateau;
mod warmup;

use burn::lr_scheduler::cosine::CosineAnnealingLrSchedulerConfig;
use burn::lr_scheduler::exponential::ExponentialLrSchedulerConfig;
use burn::lr_scheduler::module_lr_scheduler::ModuleLrScheduler;
use burn::lr_scheduler::step::StepLrSchedulerConfig;

pub use plateau::Plateau;
use warmup::Warmup;

use crate::config::{ScheduleConfig, ScheduleName, TrainingConfig};
use crate::error::{Error, Result};

/// The schedule that a learner steps once per batch, and the handle through which an epoch's figure reaches it.
pub(super) struct Schedule {
    pub scheduler: ModuleLrScheduler,
    /// Present if the schedule is `plateau`.
    pub plateau: Option<Plateau>,
}

impl Schedule {
    /// `steps_per_epoch` turns the configuration's epochs into the steps that Burn's schedulers count.
    pub fn new(
        config: &ScheduleConfig,
        learning_rate: f64,
        training: &TrainingConfig,
        steps_per_epoch: usize,
    ) -> Result<Self> {
        let plateau = (config.name == ScheduleName::Plateau).then(|| Plateau::new(config, learning_rate));
        let inner = match &plateau {
            Some(plateau) => ModuleLrScheduler::new(plateau.clone()),
            None => stateless(config, learning_rate, training.epochs, steps_per_epoch)
                .map_err(|problem| Error::config("schedule", problem))?,
        };
        // Burn's schedulers start at rate 1 and are scaled here, since they refuse initial rates above 1.
        let scale = if plateau.is_some() { 1.0 } else { learning_rate };
        let warmup = Warmup::new(inner, scale, config.warmup_epochs * steps_per_epoch);
        Ok(Self { scheduler: ModuleLrScheduler::new(warmup), plateau })
    }
}

/// Burn's own schedule of that name, relative to the initial rate.
fn stateless(
    config: &ScheduleConfig,
    learning_rate: f64,
    epochs: usize,
    steps_per_epoch: usize,
) -> std::result::Result<ModuleLrScheduler, String> {
    let steps = epochs.saturating_sub(config.warmup_epochs).max(1) * steps_per_epoch;
    match config.name {
        ScheduleName::Constant | ScheduleName::Plateau => Ok(1.0.into()),
        ScheduleName::Cosine => CosineAnnealingLrSchedulerConfig::new(1.0, steps)
            .with_min_lr((config.min_lr / learning_rate).min(1.0))
            .init(),
        ScheduleName::Step => {
            StepLrSchedulerConfig::new(1.0, config.step_epochs * steps_per_epoch).with_gamma(config.factor).init()
        }
        ScheduleName::Exponential => {
            ExponentialLrSchedulerConfig::new(1.0, config.factor.powf(1.0 / steps_per_epoch as f64)).init()
        }
    }
}
