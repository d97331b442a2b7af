//! Metadata of a model file.

use burn_mlp_infer::{ModelMetadata, Normalization};

use super::image_stats::image_stats;
use super::{Dataset, Features};
use crate::config::RunConfig;
use crate::format::without_directory;

/// Describes an untrained network for `data`, of which `rows` of the training set train.
pub fn model_metadata(config: &RunConfig, data: &Dataset, rows: &[usize]) -> ModelMetadata {
    let task = data.task(rows, config.training.clip_outputs);
    ModelMetadata {
        image_shape: data.image_shape,
        normalization: match data.train.features() {
            Features::Bytes { maximum, .. } => Normalization::DivideBy(f32::from(*maximum)),
            Features::Floats(_) => data.divisor.map_or(Normalization::None, Normalization::ScaleBy),
        },
        table: data.table.clone(),
        max_values: data.max_values,
        image_stats: data.image_shape.and_then(|shape| image_stats(&data.train, shape)),
        source: without_directory(&data.source),
        ..ModelMetadata::new(config.model.architecture(), data.train.dimension(), task)
    }
}
