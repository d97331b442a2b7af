//! The network as Burn modules. Nothing here names a backend: the device of its tensors decides.

mod activation;
mod batch_norm;
mod block;
mod initializer;
mod l2;
mod mlp;
mod statistics;
mod weights;

pub use block::Block;
pub use l2::L2;
pub use mlp::Mlp;
pub use statistics::LayerStatistics;
pub use weights::{FILE_METADATA_KEY, read_metadata, tensors_sha256};

#[cfg(test)]
mod tests;
