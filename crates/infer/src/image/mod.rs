//! Images as rows: decoded, brought to the shape that a network takes, and placed as the training images were.

mod centering;
mod content;
mod decoded_image;
mod formats;
mod grey_plane;
mod opaque;
mod pixel_rows;
mod pixels;
mod predict;
mod preprocess;
mod tiff;

pub use content::{CONTENT_BYTES, Content};
pub use decoded_image::DecodedImage;
pub use formats::{IMAGE_ENDINGS, IMAGE_FORMATS, has_image_ending, has_other_image_ending};
pub use grey_plane::{GreyPlane, median};
pub use pixels::Pixels;
pub use preprocess::{Invert, OffScale, Preparation, PreparedImage};
