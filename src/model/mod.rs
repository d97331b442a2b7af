//! The network as Burn modules. Nothing here names a backend: the device of its tensors decides.

mod block;
mod initial_weights;
mod initializer;
mod l2;
pub mod layers;
mod matching;
mod mlp;
mod state_dict;
mod statistics;
mod weights;

pub use block::Block;
pub use burn_mlp_infer::model_file::{FILE_METADATA_KEY, UNSEALED, check_seal, read_metadata, seal, tensors_sha256};
pub use initial_weights::InitialWeights;
pub use l2::L2;
pub use mlp::Mlp;
pub use statistics::LayerStatistics;

#[cfg(test)]
mod initial_weights_tests;
#[cfg(test)]
mod tests;
