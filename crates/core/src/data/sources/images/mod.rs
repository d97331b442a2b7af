//! Directories of images, one directory for each class.

mod directory;
mod files;
mod listing;
mod natural_order;
mod reading;

pub use directory::ImageDirectory;
pub use listing::{ImageFiles, image_files};
