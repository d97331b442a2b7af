//! Data sources, the split, and the loader that feeds a device.

mod augmentation;
#[cfg(feature = "engine")]
mod augmented_loader;
#[cfg(feature = "engine")]
mod burn_dataset;
mod contact_sheet;
mod digits;
mod download;
mod gzip;
mod hash;
mod idx;
mod idx_data;
mod idx_directory;
mod image_directory;
mod image_files;
mod image_reading;
mod image_shape;
#[cfg(feature = "engine")]
mod loader;
mod mnist;
mod mnist_cache;
mod mnist_files;
mod mnist_sets;
mod natural_order;
mod picture;
mod progress;
pub mod random;
mod request;
#[cfg(feature = "engine")]
mod resident;
mod samples;
mod source;
mod source_data;
mod split;
mod summary;
mod synthetic;
mod table;
#[cfg(test)]
mod test_server;
mod tiny_font;

pub use augmentation::{Augmentation, Workspace};
#[cfg(feature = "engine")]
pub use augmented_loader::AugmentedLoader;
pub use contact_sheet::ContactSheet;
pub use digits::Digits;
pub use download::DownloadLimits;
pub use idx::{IdxArray, parse_idx, read_images, read_labels};
pub use idx_directory::IdxDirectory;
pub use image_directory::ImageDirectory;
pub use image_shape::ImageShape;
#[cfg(feature = "engine")]
pub(crate) use loader::epoch_order;
#[cfg(feature = "engine")]
pub use loader::{Batch, Order, ResidentLoader};
pub use mnist::Mnist;
pub use mnist_cache::MnistCache;
pub use picture::{IMAGE_ENDINGS, Picture, has_image_ending, has_other_image_ending};
pub use progress::{LoadProgress, LoadStage, Progress};
pub use samples::{Features, Sample, Samples, class_counts};
pub use source::{Source, load};
pub use source_data::Data;
pub use split::{Split, stratified_split};
pub use summary::{ClassRows, DataSummary, FeatureKind, FeatureSummary, Values};
pub use synthetic::Synthetic;
pub use table::{ColumnKind, CsvFile, TableColumn, TableRows, TableSchema};

/// Class names for classes that have only a number.
fn numbered_classes(count: usize) -> Vec<String> {
    (0..count).map(|class| class.to_string()).collect()
}

/// The original MNIST files, for tests that need them: `BURN_MLP_MNIST_DIR`, or `../shared/mnist` beside the crate.
#[cfg(test)]
pub(crate) fn mnist_directory_for_tests() -> Option<std::path::PathBuf> {
    let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/mnist");
    let found = std::env::var_os("BURN_MLP_MNIST_DIR").map(Into::into).or(beside.is_dir().then_some(beside));
    if found.is_none() {
        eprintln!("skipped: BURN_MLP_MNIST_DIR is not set");
    }
    found
}
