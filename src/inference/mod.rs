//! A saved model in use: weights together with the normalisation and the class names that they need.

mod brightness;
mod centering;
mod content;
mod csv_rows;
mod framing;
mod image_files;
mod image_input;
mod metadata;
#[cfg(feature = "engine")]
mod predictor;
mod ranking;

pub use content::{CONTENT_BYTES, Content};
pub use csv_rows::{Rows, read_rows};
pub use framing::Framing;
pub use image_files::image_files;
pub use image_input::{Inversion, Preparation, SeenImage};
pub use metadata::{ModelMetadata, Normalization, RunIdentity};
#[cfg(feature = "engine")]
pub use predictor::Predictor;
pub use ranking::{Ranked, most_probable};
