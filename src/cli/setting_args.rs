//! Options that change settings, shared by train and every command that resolves a configuration.

use std::path::PathBuf;

use burn_mlp::Result;
use burn_mlp::config::{Layers, RunConfig, Transformation};
use clap::Args;

/// `--config` is overridden by `--set`, and that by the other flags. Values may start with a
/// hyphen, so that `--lr -0.1` fails with the setting's range; only that of `--batch-norm` may not,
/// since it is optional.
#[derive(Debug, Default, PartialEq, Args)]
#[command(next_help_heading = "Settings")]
pub struct SettingArgs {
    /// A TOML file, or a preset such as mnist; `burn-mlp config --presets` lists them
    #[arg(long, value_name = "FILE|PRESET", allow_hyphen_values = true)]
    pub config: Option<PathBuf>,
    /// Change any setting, as in --set schedule.patience=5
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true)]
    pub set: Vec<String>,
    /// Data source: digits, mnist, fashion-mnist, kmnist, emnist-letters, idx:DIR, images:DIR,
    /// csv:FILE or synthetic
    #[arg(long, value_name = "SOURCE", allow_hyphen_values = true)]
    pub data: Option<String>,
    /// Directory with the source's files
    #[arg(long, value_name = "DIR", allow_hyphen_values = true)]
    pub data_dir: Option<String>,
    /// Target column of a CSV file: its name, or its number from 1 [default: the last]
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true)]
    pub target: Option<String>,
    /// Skip image files that cannot be read
    #[arg(long)]
    pub skip_bad: bool,
    /// Never download
    #[arg(long)]
    pub offline: bool,
    /// Backend: flex, ndarray, wgpu, ..., with :INDEX for one of several devices
    #[arg(long, value_name = "NAME[:INDEX]", allow_hyphen_values = true)]
    pub backend: Option<String>,
    /// Maximum number of epochs
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub epochs: Option<String>,
    /// Batch size
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub batch_size: Option<String>,
    /// Initial learning rate
    #[arg(long, value_name = "RATE", allow_hyphen_values = true)]
    pub lr: Option<String>,
    /// Optimizer: sgd, adam or adamw
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub optimizer: Option<String>,
    /// Learning rate schedule: constant, plateau, cosine, step or exponential
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub schedule: Option<String>,
    /// Sizes of the hidden layers, as in 128,64
    #[arg(long, value_name = "SIZES", allow_hyphen_values = true)]
    pub hidden: Option<String>,
    /// Activation function: relu, leaky-relu, gelu, selu, tanh, sigmoid or silu
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub activation: Option<String>,
    /// Dropout rate of all hidden layers, or one of the input and of each hidden layer
    #[arg(long, value_name = "RATE[,RATE...]", allow_hyphen_values = true)]
    pub dropout: Option<String>,
    /// Use batch normalisation
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    pub batch_norm: Option<String>,
    /// L2 coefficient of the weight matrices
    #[arg(long, value_name = "LAMBDA", allow_hyphen_values = true)]
    pub l2: Option<String>,
    /// Augment the training images: flip, rotation, translation, scaling, shear, elastic, noise,
    /// cutout
    #[arg(long, value_name = "NAME,...", allow_hyphen_values = true)]
    pub augment: Option<String>,
    /// Class weights: none, balanced, or one weight per class
    #[arg(long, value_name = "RULE|W0,W1,...", allow_hyphen_values = true)]
    pub class_weights: Option<String>,
    /// Initialize weights from a safetensors file: a run's model or a PyTorch state dict
    #[arg(long, value_name = "FILE", allow_hyphen_values = true)]
    pub init_from: Option<String>,
    /// Don't shuffle the training rows
    #[arg(long)]
    pub no_shuffle: bool,
    /// Seed of initial weights, split, batch order and dropout
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub seed: Option<String>,
}

impl SettingArgs {
    /// Resolves the configuration, with these options on top of `base`.
    pub fn resolve(&self, base: Layers) -> Result<RunConfig> {
        let mut layers = base;
        if let Some(config) = &self.config {
            layers = layers.file_or_preset(config);
        }
        for assignment in &self.set {
            layers = layers.set(assignment);
        }
        for (key, text) in self.flags() {
            layers = layers.override_text(key, text);
        }
        for transformation in self.augment.as_deref().map(Transformation::parse_list).transpose()?.unwrap_or_default() {
            layers = layers.override_value(&transformation.probability_key(), transformation.usual_probability());
        }
        if self.offline {
            layers = layers.override_value("data.offline", true);
        }
        if self.skip_bad {
            layers = layers.override_value("images.skip_bad", true);
        }
        if self.no_shuffle {
            layers = layers.override_value("training.shuffle", false);
        }
        layers.resolve()
    }

    fn flags(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("data.source", &self.data),
            ("data.dir", &self.data_dir),
            ("csv.target", &self.target),
            ("backend", &self.backend),
            ("training.epochs", &self.epochs),
            ("training.batch_size", &self.batch_size),
            ("optimizer.learning_rate", &self.lr),
            ("optimizer.name", &self.optimizer),
            ("schedule.name", &self.schedule),
            ("model.hidden", &self.hidden),
            ("model.activation", &self.activation),
            ("model.dropout", &self.dropout),
            ("model.batch_norm", &self.batch_norm),
            ("optimizer.l2", &self.l2),
            ("training.class_weights", &self.class_weights),
            ("training.init_from", &self.init_from),
            ("seed", &self.seed),
        ]
        .into_iter()
        .filter_map(|(key, text)| text.as_deref().map(|text| (key, text)))
    }
}
