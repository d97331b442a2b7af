//! The run configuration: every setting that decides what a run computes. Knows no Burn type.
//!
//! [`RunConfig`] holds the settings in sections; [`Layers`] resolves one from defaults, a preset or file, `--set` and
//! flags; [`SETTINGS`] says of each setting what it means and which values it may have.

mod augmentation;
mod backend;
mod choices;
mod class_weights;
mod defaults;
mod file_sources;
mod hash;
mod image_size;
mod kind;
mod layers;
mod presets;
mod read;
mod resume;
mod sections;
mod settings;
mod source;
#[cfg(test)]
mod tests;
mod validate;
mod values;
mod write;

pub use augmentation::AugmentationConfig;
pub use backend::{BACKENDS, BackendRequest};
pub use burn_mlp_infer::table::{CsvDelimiter, CsvHeader};
pub use burn_mlp_infer::{Activation, Dropout};
pub use choices::{
    AugmentationMode, ClassWeighting, ImageColor, Initializer, MissingValues, Monitor, OptimizerName, ScheduleName,
    ThresholdMode, Transformation,
};
pub use class_weights::ClassWeights;
pub use file_sources::{CsvConfig, ImagesConfig};
pub use image_size::ImageSize;
pub use kind::{Interval, Kind};
pub use layers::Layers;
pub use presets::{Preset, presets};
pub use sections::*;
pub use settings::{SETTINGS, Setting};
pub use source::{SOURCES, Source};
