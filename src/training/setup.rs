//! What a training run consists of: a learner and the batches to feed it.

use burn::tensor::Device;
use burn::train::Learner;

use super::loaders::Loaders;
use super::optimizer::build_optimizer;
use super::schedule::{Plateau, Schedule};
use super::trainable_model::TrainableModel;
use crate::config::{RunConfig, ScheduleConfig};
use crate::data::{Dataset, SplitIndices};
use crate::error::Result;
use crate::model::Mlp;

/// A model with its optimizer and schedule, and the batches of an epoch.
pub(super) struct Setup<M: TrainableModel> {
    pub learner: Learner<M>,
    /// Present if the schedule is `plateau`.
    pub plateau: Option<Plateau>,
    pub loaders: Loaders,
}

impl<M: TrainableModel> Setup<M> {
    /// Prepares the training of `model`, which lies on the autodiff device of `device`, from
    /// `first_epoch` on.
    ///
    /// # Errors
    /// If the configuration does not fit the data.
    pub fn new(
        model: M,
        config: &RunConfig,
        data: &Dataset,
        split: &SplitIndices,
        first_epoch: usize,
        device: &Device,
    ) -> Result<Self> {
        let loaders = Loaders::new(config, data, split, first_epoch, device)?;
        let monitor = config.training.watched(config.schedule.monitor, data.is_regression());
        let schedule = ScheduleConfig { monitor, ..config.schedule.clone() };
        let config = &RunConfig { schedule, ..config.clone() };
        let Schedule { scheduler, plateau } = Schedule::new(config, loaders.steps_per_epoch)?;
        let optimizer = build_optimizer(&config.optimizer, config.training.max_norm)?;
        Ok(Self { learner: Learner::new(model, optimizer, scheduler), plateau, loaders })
    }
}

/// Creates the configured network for `data` on the autodiff device of `device`.
///
/// # Errors
/// If the initializer's standard deviation is unusable.
pub(super) fn new_mlp(config: &RunConfig, data: &Dataset, device: &Device) -> Result<Mlp> {
    Mlp::new(&config.model, data.inputs(), data.outputs(), config.seed, &device.clone().autodiff())
}
