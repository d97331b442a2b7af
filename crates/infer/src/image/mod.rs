//! Images as rows: decoded, brought to the shape that a network takes, and placed as the training images were.

mod centering;
mod content;
mod decoded_image;
mod grey_plane;
mod pixel_rows;
mod predict;
mod preprocess;

pub use content::{CONTENT_BYTES, Content};
pub use decoded_image::{DecodedImage, IMAGE_ENDINGS, has_image_ending, has_other_image_ending};
pub use grey_plane::{GreyPlane, median};
pub use preprocess::{Invert, Preparation, PreparedImage};
