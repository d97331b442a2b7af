//! Images as rows: decoded, brought to the shape that a network takes, and placed as the training images were.

#[cfg(feature = "images")]
mod brightness;
#[cfg(feature = "images")]
mod centering;
#[cfg(feature = "images")]
mod content;
mod framing;
#[cfg(feature = "images")]
mod image_input;
#[cfg(feature = "images")]
mod picture;
#[cfg(feature = "images")]
mod pixel_rows;
mod shape;

#[cfg(feature = "images")]
pub use brightness::{GreyPlane, median};
#[cfg(feature = "images")]
pub use content::{CONTENT_BYTES, Content};
pub use framing::Framing;
#[cfg(feature = "images")]
pub use image_input::{Inversion, Preparation, SeenImage};
#[cfg(feature = "images")]
pub use picture::{IMAGE_ENDINGS, Picture, has_image_ending, has_other_image_ending};
pub use shape::ImageShape;
