//! Directories of images: the `images:DIR` source with a folder for each class or a table of classes, and
//! lists of files.

mod class_files;
mod class_folders;
mod directory;
mod directory_entries;
mod image_files;
mod image_set;
mod judged_images;
mod labels_columns;
mod labels_file;
mod natural_order;
mod part;
mod reading;
mod scale;

pub use directory::ImageDirectory;
pub(in crate::data) use directory::first_images_note;
pub(super) use directory_entries::{DirectoryEntries, Entry};
pub use image_files::{ImageFiles, image_files};
pub(in crate::data) use judged_images::{JudgedImage, JudgedImages};
pub(in crate::data::sources) use part::Part as DataPart;
