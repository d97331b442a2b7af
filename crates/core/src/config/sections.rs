//! The sections of a run's configuration, one struct each. What each value may be stands in `settings.rs`.

use super::choices::{Initializer, Monitor, OptimizerName, ScheduleName, ThresholdMode};
use super::{AugmentationConfig, ClassWeights, CsvConfig, ImagesConfig};
use burn_mlp_infer::{Activation, Architecture, Dropout};
use serde::{Deserialize, Serialize};

/// A complete run configuration; `config.toml` in a run directory holds one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunConfig {
    /// Seed of every random stream: initial weights, split, batch order, dropout.
    pub seed: u64,
    /// Backend as `NAME` or `NAME:INDEX`.
    pub backend: String,
    pub data: DataConfig,
    pub split: SplitConfig,
    pub augmentation: AugmentationConfig,
    pub model: ModelConfig,
    pub training: TrainingConfig,
    pub optimizer: OptimizerConfig,
    pub schedule: ScheduleConfig,
    pub early_stopping: EarlyStoppingConfig,
    pub evaluation: EvaluationConfig,
    pub csv: CsvConfig,
    pub images: ImagesConfig,
    pub synthetic: SyntheticConfig,
}

/// Where the samples come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// `digits`, `mnist`, `images:DIR`, ...: one of [`SOURCES`](super::SOURCES).
    pub source: String,
    /// Directory of a named source's files; empty: the user's cache directory.
    pub dir: String,
    /// Forbids downloads.
    pub offline: bool,
}

/// How the training set is divided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SplitConfig {
    /// Fraction of the training set held out for validation, stratified by class; 0 trains on all rows.
    pub valid: f64,
}

/// The network's shape.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelConfig {
    /// Neurons of each hidden layer; may be empty (softmax regression).
    pub hidden: Vec<usize>,
    pub activation: Activation,
    /// Batch normalisation between each hidden layer's linear map and its activation.
    pub batch_norm: bool,
    pub dropout: Dropout,
    pub init: Initializer,
    /// Standard deviation of `init = "normal"`.
    pub init_std: f64,
}

impl ModelConfig {
    /// What a model file says of the network.
    pub fn architecture(&self) -> Architecture {
        Architecture {
            hidden: self.hidden.clone(),
            activation: self.activation,
            batch_norm: self.batch_norm,
            dropout: self.dropout.clone(),
        }
    }

    /// As [`Architecture::layer_sizes`].
    pub fn layer_sizes(&self, features: usize, classes: usize) -> Vec<usize> {
        self.architecture().layer_sizes(features, classes)
    }

    /// As [`Architecture::parameter_count`].
    pub fn parameter_count(&self, features: usize, classes: usize) -> usize {
        self.architecture().parameter_count(features, classes)
    }

    /// As [`Architecture::check_size`].
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) for more than 2^28 parameters.
    pub fn check_size(&self, features: usize, classes: usize) -> crate::Result<()> {
        Ok(self.architecture().check_size(features, classes)?)
    }

    /// The dropout rate of the input, then of each hidden layer.
    pub fn dropout_rates(&self) -> Vec<f64> {
        self.architecture().dropout_rates()
    }
}

/// The training loop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainingConfig {
    pub epochs: usize,
    pub batch_size: usize,
    /// safetensors file with the weights to start from, in place of those of `model.init`; empty: none.
    pub init_from: String,
    /// Draws a new order of the training set every epoch; otherwise the rows come as in their files.
    pub shuffle: bool,
    /// Rescales all gradients together to at most this L2 norm; 0 is off.
    pub clip_norm: f64,
    /// Limits each gradient's entries to +-this value; 0 is off.
    pub clip_value: f64,
    /// Largest L2 norm of a hidden neuron's incoming weights; 0 is off.
    pub max_norm: f64,
    /// Share of a target's probability that is spread evenly over all classes.
    pub label_smoothing: f64,
    /// What a row counts in the loss by its class: `none`, `balanced`, or a weight for each class.
    pub class_weights: ClassWeights,
}

/// The optimizer and its constants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptimizerConfig {
    pub name: OptimizerName,
    pub learning_rate: f64,
    /// SGD's momentum; 0 is plain SGD.
    pub momentum: f64,
    pub nesterov: bool,
    pub beta1: f64,
    pub beta2: f64,
    pub epsilon: f64,
    /// L2 coefficient lambda on weight matrices (AdamW: decoupled weight decay).
    pub l2: f64,
}

/// How the learning rate changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleConfig {
    pub name: ScheduleName,
    /// Epochs of linear warm-up before the schedule starts; 0 is none.
    pub warmup_epochs: usize,
    /// Watched by `plateau`.
    pub monitor: Monitor,
    /// `plateau`: what a reduction multiplies the rate by. `step`, `exponential`: per step or epoch.
    pub factor: f64,
    /// `plateau`: epochs without improvement before a reduction.
    pub patience: usize,
    /// `plateau`: smallest change that counts as an improvement.
    pub threshold: f64,
    pub threshold_mode: ThresholdMode,
    /// `plateau`: epochs after a reduction in which bad epochs are not counted.
    pub cooldown: usize,
    /// `plateau` and `cosine`: the lowest rate.
    pub min_lr: f64,
    /// `plateau`: most reductions; 0 is no limit.
    pub max_reductions: usize,
    /// `step`: epochs between reductions.
    pub step_epochs: usize,
}

/// When to stop before `training.epochs`, and which epoch is the best.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlyStoppingConfig {
    pub enabled: bool,
    /// Decides the best epoch too, also when `enabled` is false.
    pub monitor: Monitor,
    /// Epochs without improvement before the stop.
    pub patience: usize,
    /// Smallest change that counts as an improvement.
    pub min_delta: f64,
    /// The saved model is the best epoch's; otherwise the last epoch's.
    pub restore_best: bool,
}

/// What an evaluation reports.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluationConfig {
    /// k of top-k accuracy.
    pub top_k: usize,
}

/// The `synthetic` source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SyntheticConfig {
    /// Rows of the training set; the test set has a fifth as many.
    pub rows: usize,
    pub features: usize,
    pub classes: usize,
}
