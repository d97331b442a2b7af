//! A saved model in use: weights together with the normalisation and the class names that they need.

#[cfg(feature = "engine")]
pub(crate) mod activation;
mod brightness;
mod centering;
mod content;
mod csv_rows;
mod framing;
mod image_files;
mod image_input;
mod metadata;
mod pixel_rows;
#[cfg(feature = "engine")]
mod predictor;
mod ranking;
#[cfg(feature = "serve")]
mod row_layer;
#[cfg(feature = "serve")]
mod row_network;

pub use content::{CONTENT_BYTES, Content};
pub use csv_rows::{Rows, read_rows};
pub use framing::Framing;
pub use image_files::{ImageFiles, image_files};
pub use image_input::{Inversion, Preparation, SeenImage};
pub use metadata::{ModelMetadata, Normalization, RunIdentity};
#[cfg(feature = "engine")]
pub use predictor::Predictor;
pub use ranking::{NO_ANSWER, Ranked, is_answer, most_probable};
#[cfg(feature = "serve")]
pub(crate) use row_network::RowNetwork;
