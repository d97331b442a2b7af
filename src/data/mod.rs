//! Data sources, the split, and the loader that feeds a device.

#[cfg(feature = "engine")]
mod burn_dataset;
mod digits;
mod download;
mod gzip;
mod hash;
mod idx;
mod idx_data;
mod idx_directory;
#[cfg(feature = "engine")]
mod loader;
mod mnist;
mod mnist_cache;
mod picture;
pub mod random;
mod request;
#[cfg(feature = "engine")]
mod resident;
mod samples;
mod source;
mod split;
mod synthetic;
#[cfg(test)]
mod test_server;

pub use digits::Digits;
pub use download::{DownloadLimits, DownloadProgress};
pub use idx::{IdxArray, parse_idx, read_images, read_labels};
pub use idx_directory::IdxDirectory;
#[cfg(feature = "engine")]
pub use loader::{Batch, Order, ResidentLoader};
pub use mnist::Mnist;
pub use mnist_cache::MnistCache;
pub use picture::Picture;
pub use samples::{Data, Features, ImageShape, Sample, Samples};
pub use source::{Progress, Source, load};
pub use split::{Split, stratified_split};
pub use synthetic::Synthetic;

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
