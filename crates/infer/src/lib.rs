//! From a model file and rows to predictions, without Burn.
//!
//! burn-mlp trains a network and writes `model.safetensors`; this crate owns that file and all that a service needs to use
//! it: the encoding that was fitted on the training rows, the rules by which a file of rows is read, the preparation of
//! images, and the activations.

mod activation;
mod architecture;
mod choices;
mod error;
pub mod image;
pub mod model_file;
mod ranking;
#[cfg(feature = "csv")]
mod rows;
pub mod suggest;
pub mod table;
#[cfg(test)]
mod test_models;
pub mod text;

pub use activation::{Activation, LEAKY_RELU_SLOPE, SELU_ALPHA, SELU_LAMBDA, normal_cumulative, sigmoid};
pub use architecture::{Architecture, Dropout, MAX_LAYERS, MAX_NEURONS};
pub use error::{Error, Result, sentence};
pub use model_file::{ModelMetadata, Normalization, RunIdentity};
pub use ranking::{NO_ANSWER, Ranked, is_answer, most_probable};
#[cfg(feature = "csv")]
pub use rows::{Rows, read_rows};
