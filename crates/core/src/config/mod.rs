//! The run configuration: every setting that decides what a run computes. Independent of Burn.
//!
//! `run_config.rs` declares each setting once: field, default, limits, meaning and flag. [`Layers`]
//! resolves a [`RunConfig`] from defaults, a preset or file, `--set` and flags; [`SETTINGS`] lists
//! the declarations. `settings` is what a setting is, `values` what it can hold, `toml_files` how it is
//! written down.

mod augmentation;
mod by_rows;
mod hash;
mod layers;
mod network_shape;
mod paths;
mod refit;
mod resume;
mod run_config;
mod selection;
mod settings;
mod task;
#[cfg(test)]
mod test_support;
mod toml_files;
mod validate;
mod values;
mod watching;

pub use burn_mlp_infer::table::{CsvDelimiter, CsvHeader, DateOrder, DecimalMark, ThousandsMark};
pub use burn_mlp_infer::{Activation, Dropout};
pub use layers::Layers;
pub use run_config::{
    AugmentationConfig, CsvConfig, DataConfig, EarlyStoppingConfig, EvaluationConfig, ImagesConfig, ModelConfig,
    OptimizerConfig, RunConfig, SETTINGS, ScheduleConfig, SplitConfig, SyntheticConfig, TrainingConfig,
};
pub use selection::{Selection, selection_label};
pub use settings::setting::{Assignment, Flag, Setting};
pub use settings::value_type::{Interval, ValueType};
pub use task::NumberLoss;
pub(crate) use toml_files::presets::TABULAR;
pub use toml_files::presets::{Preset, presets};
pub use values::backend::{BACKENDS, BackendRequest};
pub use values::class_weights::ClassWeights;
pub use values::enums::{
    AugmentationMode, ClassWeighting, ImageColor, Initializer, MissingValues, NumberScaling, OptimizerName,
    RegressionLoss, ScheduleName, TaskName, ThresholdMode, Transformation,
};
pub use values::image_size::ImageSize;
pub use values::monitor::Monitor;
pub use values::source::{SOURCES, STANDARD_INPUT, Source, TableFormat, is_there, split_sheet};
pub use values::threshold_rule::ThresholdRule;
