//! IDX files: their format, and the `idx:DIR` source.

mod dataset;
mod directory;
mod format;

pub(super) use dataset::dataset_from_arrays;
pub use directory::IdxDirectory;
pub use format::{IdxArray, IdxKind, parse_idx, read_images, read_labels};
pub(super) use format::{idx_from_bytes, images, labels};
