//! The network as Burn modules. Nothing here names a backend: the device of its tensors decides. What a model file says
//! beside its tensors is read without Burn.

#[cfg(feature = "engine")]
mod activation;
#[cfg(feature = "engine")]
mod batch_norm;
#[cfg(feature = "engine")]
mod block;
#[cfg(feature = "engine")]
mod initial_weights;
#[cfg(feature = "engine")]
mod initializer;
#[cfg(feature = "engine")]
mod l2;
#[cfg(feature = "engine")]
mod matching;
#[cfg(feature = "engine")]
mod mlp;
mod safetensors;
#[cfg(feature = "engine")]
mod statistics;
#[cfg(feature = "engine")]
mod tensor_file;
#[cfg(feature = "engine")]
mod weights;

#[cfg(feature = "engine")]
pub use block::Block;
#[cfg(feature = "engine")]
pub use initial_weights::InitialWeights;
#[cfg(feature = "engine")]
pub use l2::L2;
#[cfg(feature = "engine")]
pub use mlp::Mlp;
pub use safetensors::{FILE_METADATA_KEY, UNSEALED, is_as_sealed, read_metadata, seal, tensors_sha256};
#[cfg(feature = "engine")]
pub use statistics::LayerStatistics;
#[cfg(feature = "export")]
pub(crate) use tensor_file::write_shaped_tensors;
#[cfg(feature = "engine")]
pub(crate) use tensor_file::{read_tensors, write_tensors};

#[cfg(all(test, feature = "engine"))]
mod initial_weights_tests;
#[cfg(all(test, feature = "engine"))]
mod tests;
