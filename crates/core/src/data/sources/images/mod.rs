//! Directories of images: the `images:DIR` source with a folder for each class, and lists of files.

mod class_folders;
mod directory;
mod directory_entries;
mod image_files;
mod natural_order;
mod reading;

pub use directory::ImageDirectory;
pub use image_files::{ImageFiles, image_files};
