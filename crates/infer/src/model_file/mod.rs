//! The model file: safetensors with the metadata that feeding the network needs, under a seal.

mod assembly;
mod image_shape;
mod image_stats;
mod max_values;
mod metadata;
mod normalization;
mod seal;
mod tensor_file;

pub use assembly::{ensemble_file, network_file};
pub use image_shape::ImageShape;
pub use image_stats::ImageStats;
pub use max_values::MaxValues;
pub use metadata::{ModelMetadata, RunIdentity, SCHEMA_VERSION};
pub use normalization::Normalization;
pub use seal::{FILE_METADATA_KEY, UNSEALED, check_seal, read_metadata, seal, tensors_sha256};
pub use tensor_file::{TensorFile, write_tensors};
