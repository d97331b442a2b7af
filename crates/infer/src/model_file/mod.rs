//! The model file: safetensors with the metadata that feeding the network needs, under a seal.

mod metadata;
mod normalization;
mod seal;

pub use metadata::{ModelMetadata, RunIdentity, SCHEMA_VERSION};
pub use normalization::Normalization;
pub use seal::{
    FILE_METADATA_KEY, MAX_HEADER_BYTES, UNSEALED, hex, is_as_sealed, read_metadata, seal, sha256_hex, split_header,
    tensors_sha256,
};
