//! The training and validation rows as batches on the device.

use std::sync::Arc;

use burn::data::dataloader::DataLoader;
use burn::tensor::Device;
use burn::train::{TrainLoader, ValidLoader};

use super::objective::Objective;
use crate::config::{AugmentationMode, RunConfig};
use crate::data::{Augmentation, AugmentedLoader, Batch, Data, Order, ResidentLoader, Samples, Split};
use crate::error::Result;
use crate::model::Mlp;

/// Rows of a validation batch: large, since no gradients are kept.
const VALIDATION_BATCH_SIZE: usize = 1000;

/// What an epoch is fed from.
pub(super) struct Loaders {
    pub train: TrainLoader<Mlp>,
    pub valid: ValidLoader<Mlp>,
    /// Batches of the training rows in an epoch.
    pub steps_per_epoch: usize,
}

impl Loaders {
    /// The training rows in the order, with the changes and for the objective that the configuration asks for.
    pub fn new(config: &RunConfig, data: &Data, split: &Split, first_epoch: usize, device: &Device) -> Result<Self> {
        let samples = data.train.select(&split.train);
        let objective = Objective::new(&config.training, &samples.class_counts(data.classes()), device)?;
        let train = train_loader(config, data, samples, first_epoch, device)?;
        let valid = data.train.select(&split.valid);
        Ok(Self {
            steps_per_epoch: train.num_items().div_ceil(config.training.batch_size),
            train: match objective {
                Some(objective) => objective.attach(train),
                None => train,
            },
            valid: Arc::new(ResidentLoader::new(valid, VALIDATION_BATCH_SIZE, Order::Sequential, first_epoch, device)),
        })
    }
}

fn train_loader(
    config: &RunConfig,
    data: &Data,
    samples: Samples,
    first_epoch: usize,
    device: &Device,
) -> Result<Arc<dyn DataLoader<Batch>>> {
    let batch_size = config.training.batch_size;
    let order = Order::of(config);
    let resident = |samples: Samples| ResidentLoader::new(samples, batch_size, order, first_epoch, device);
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
