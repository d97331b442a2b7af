//! A saved model in use on a Burn device.

mod predictor;
mod row_layer;
mod row_network;

pub use burn_mlp_infer::image::{CONTENT_BYTES, Content, Framing, Inversion, Preparation, SeenImage};
pub use burn_mlp_infer::{
    ModelMetadata, NO_ANSWER, Normalization, Ranked, Rows, RunIdentity, is_answer, most_probable, read_rows,
};
pub use predictor::Predictor;
pub(crate) use row_network::RowNetwork;

pub use crate::data::{ImageFiles, image_files};
