//! The network as Burn modules. Nothing here names a backend: the device of its tensors decides.

mod activation;
mod batch_norm;
mod block;
mod initial_weights;
mod initializer;
mod l2;
mod matching;
mod mlp;
mod statistics;
mod tensor_file;
mod weights;

pub use block::Block;
pub use initial_weights::InitialWeights;
pub use l2::L2;
pub use mlp::Mlp;
pub use statistics::LayerStatistics;
pub use weights::{FILE_METADATA_KEY, read_metadata, tensors_sha256};

#[cfg(test)]
mod initial_weights_tests;
#[cfg(test)]
mod tests;
