//! A saved model in use: weights together with the normalisation and the class names that they need.

mod metadata;
#[cfg(feature = "engine")]
mod predictor;

pub use metadata::{ModelMetadata, Normalization, RunIdentity};
#[cfg(feature = "engine")]
pub use predictor::Predictor;
