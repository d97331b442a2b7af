//! A saved model in use on a Burn device.

mod predictor;

pub use predictor::Predictor;

pub use crate::data::{ImageFiles, image_files};
