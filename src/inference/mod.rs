//! A saved model in use: weights together with the normalisation and the class names that they need.

mod metadata;
mod predictor;

pub use metadata::{ModelMetadata, Normalization};
pub use predictor::Predictor;
