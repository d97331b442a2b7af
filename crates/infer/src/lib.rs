//! Runs the models that burn-mlp trains, without Burn: from a model file and rows to predictions.
//!
//! [`Model::load`] takes a run directory or its `model.safetensors`; the file holds all that is needed to feed the
//! network. A [`Model`] predicts rows of numbers as the training data had them, records by column name, files of rows
//! (feature `csv`) and images (feature `images`).
//!
//! ```no_run
//! use burn_mlp_infer::Model;
//!
//! # fn main() -> burn_mlp_infer::Result<()> {
//! let model = Model::load("artifacts/digits-flex-001")?;
//! let row = vec![0.0; model.features()]; // [features]: pixels from 0 to their maximum, as in the training data
//! for prediction in model.predict(&row)?.predictions {
//!     println!("{prediction}");
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Default features need only serde, serde_json, safetensors, sha2, libm and strsim. The crate contains
//! no unsafe code, and no file can make it panic.

#![forbid(unsafe_code)]

mod activation;
mod architecture;
mod choices;
#[cfg(feature = "csv")]
pub mod csv;
mod encode;
#[cfg(any(feature = "csv", feature = "images"))]
mod encoding;
mod ensemble;
mod error;
mod factors;
mod hash;
#[cfg(feature = "images")]
pub mod image;
mod inputs;
mod layer;
#[cfg(feature = "csv")]
pub mod memory;
mod model;
pub mod model_file;
mod network;
mod prediction;
mod ranking;
#[cfg(any(feature = "csv", feature = "images"))]
mod signature;
pub mod suggest;
pub mod table;
mod task;
#[cfg(test)]
mod test_models;
pub mod text;
mod truths;
mod weights;

pub use activation::{Activation, LEAKY_RELU_SLOPE, SELU_ALPHA, SELU_LAMBDA, normal_cumulative, sigmoid};
pub use architecture::{Architecture, Dropout, MAX_LAYERS, MAX_MEMBERS, MAX_NEURONS};
pub use ensemble::{Member, NetworkDescription, member_prefix};
pub use error::{Error, Result, sentence};
pub use factors::FactorWeights;
pub use hash::{hex, sha256_hex};
pub use inputs::{Codes, Inputs};
pub use model::Model;
pub use model_file::{ImageShape, ImageStats, MaxValues, ModelMetadata, Normalization, RunIdentity};
pub use network::{Network, Overflow};
pub use prediction::{ClassPrediction, NumberPrediction, Prediction, Predictions};
pub use ranking::{OVERFLOWS, Ranked, is_finite, most_probable, predicted_class};
pub use task::{NumericTarget, Task};
pub use truths::Truths;
pub use weights::{BlockWeights, EmbeddingWeights, LinearWeights, NetworkWeights, NormWeights};

/// Compiles the README's example.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
