//! The training and validation rows as batches on the device.

use std::sync::Arc;

use burn::data::dataloader::DataLoader;
use burn::tensor::Device;

use super::loss::SoftTargets;
use crate::config::{AugmentationMode, RunConfig};
use crate::data::{Augmentation, Dataset, Samples, SplitIndices};
use crate::error::Result;
use crate::loading::{AugmentedLoader, Batch, DeviceLoader, Order};
use burn_mlp_infer::{NumericTarget, Task};

/// Rows of a validation batch. Large, since validation keeps no graph for gradients.
const VALIDATION_BATCH_SIZE: usize = 1000;

/// The batches of an epoch.
pub(super) struct Loaders {
    pub train: Arc<dyn DataLoader<Batch>>,
    pub valid: Arc<dyn DataLoader<Batch>>,
    /// Training batches of an epoch.
    pub steps_per_epoch: usize,
}

impl Loaders {
    /// Loads the rows of `split` onto `device`, ordered, augmented and with targets as configured.
    ///
    /// # Errors
    /// If class weights or augmentation do not fit the data.
    pub fn new(
        config: &RunConfig,
        data: &Dataset,
        split: &SplitIndices,
        first_epoch: usize,
        device: &Device,
    ) -> Result<Self> {
        let samples = with_mean_weight_1(data.train.select(&split.train))?;
        let valid = data.train.select(&split.valid);
        if let Task::Regression { targets } = data.task(&split.train, false) {
            return Ok(Self::of_numbers(config, &targets, samples, valid, first_epoch, device));
        }
        let (counts, weighted) = (samples.class_counts(data.classes()), samples.weights().is_some());
        let targets = SoftTargets::new(&config.training, &counts, weighted, device)?;
        let train = train_loader(config, data, samples, first_epoch, device)?;
        Ok(Self {
            steps_per_epoch: train.num_items().div_ceil(batch_size(config)),
            train: match targets {
                Some(targets) => targets.attach(train),
                None => train,
            },
            valid: Arc::new(DeviceLoader::new(valid, VALIDATION_BATCH_SIZE, Order::Sequential, first_epoch, device)),
        })
    }

    fn of_numbers(
        config: &RunConfig,
        targets: &[NumericTarget],
        train: Samples,
        valid: Samples,
        first_epoch: usize,
        device: &Device,
    ) -> Self {
        let loader = |samples: Samples, batch_size: usize, order: Order| {
            let numbers = samples.standardized(targets);
            let loader = DeviceLoader::new(samples, batch_size, order, first_epoch, device);
            Arc::new(loader.with_numbers(numbers, config.training.number_loss()))
        };
        Self {
            steps_per_epoch: train.len().div_ceil(config.training.batch_size),
            train: loader(train, batch_size(config), Order::of(config)),
            valid: loader(valid, VALIDATION_BATCH_SIZE, Order::Sequential),
        }
    }
}

/// Rows of a training batch, those of all members together.
fn batch_size(config: &RunConfig) -> usize {
    config.model.members.max(1) * config.training.batch_size
}

/// Scales the weights of rows to the mean 1, so that they do not change the learning rate's meaning.
fn with_mean_weight_1(samples: Samples) -> Result<Samples> {
    let Some(weights) = samples.weights() else { return Ok(samples) };
    let mean = weights.iter().map(|&weight| f64::from(weight)).sum::<f64>() / weights.len() as f64;
    let scaled = weights.iter().map(|&weight| (f64::from(weight) / mean) as f32).collect();
    samples.with_weights(scaled)
}

fn train_loader(
    config: &RunConfig,
    data: &Dataset,
    samples: Samples,
    first_epoch: usize,
    device: &Device,
) -> Result<Arc<dyn DataLoader<Batch>>> {
    let batch_size = batch_size(config);
    let order = Order::of(config);
    let resident = |samples: Samples| DeviceLoader::new(samples, batch_size, order, first_epoch, device);
    Ok(match Augmentation::new(&config.augmentation, data, config.seed)? {
        None => Arc::new(resident(samples)),
        Some(augmentation) => match config.augmentation.mode {
            AugmentationMode::Expand => Arc::new(resident(augmentation.expand(&samples)?)),
            AugmentationMode::Online => {
                Arc::new(AugmentedLoader::new(samples, augmentation, batch_size, order, first_epoch, device))
            }
        },
    })
}
