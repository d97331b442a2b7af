//! The run configuration: every setting that decides what a run computes. Independent of Burn.
//!
//! `run_config.rs` declares each setting once: field, default, limits, meaning and flag. [`Layers`]
//! resolves a [`RunConfig`] from defaults, a preset or file, `--set` and flags; [`SETTINGS`] lists
//! the declarations.

mod augmentation;
mod backend;
mod class_weights;
mod declare;
mod enums;
mod hash;
mod image_size;
mod keys;
mod layers;
mod network_shape;
mod paths;
mod peers;
mod presets;
mod read;
mod resume;
mod run_config;
mod selection;
mod setting;
mod source;
mod task;
#[cfg(test)]
mod test_support;
mod threshold_rule;
mod validate;
mod value_type;
mod write;

pub use backend::{BACKENDS, BackendRequest};
pub use burn_mlp_infer::table::{CsvDelimiter, CsvHeader, DecimalMark, ThousandsMark};
pub use burn_mlp_infer::{Activation, Dropout};
pub use class_weights::ClassWeights;
pub use enums::{
    AugmentationMode, ClassWeighting, ImageColor, Initializer, MissingValues, Monitor, OptimizerName, RegressionLoss,
    ScheduleName, TaskName, ThresholdMode, Transformation,
};
pub use image_size::ImageSize;
pub use layers::Layers;
pub use presets::{Preset, presets};
pub use run_config::{
    AugmentationConfig, CsvConfig, DataConfig, EarlyStoppingConfig, EvaluationConfig, ImagesConfig, ModelConfig,
    OptimizerConfig, RunConfig, SETTINGS, ScheduleConfig, SplitConfig, SyntheticConfig, TrainingConfig,
};
pub use setting::{Assignment, Flag, Setting};
pub use source::{SOURCES, STANDARD_INPUT, Source, TableFormat, is_there, split_sheet};
pub use task::NumberLoss;
pub use threshold_rule::ThresholdRule;
pub use value_type::{Interval, ValueType};
