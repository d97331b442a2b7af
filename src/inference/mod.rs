//! A saved model in use on a Burn device.

mod predictor;
mod row_layer;
mod row_network;

pub use predictor::Predictor;
pub(crate) use row_network::RowNetwork;

pub use crate::data::{ImageFiles, image_files};
