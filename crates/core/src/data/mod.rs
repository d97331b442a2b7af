//! Data sources, rows, splits and augmentation.

pub mod augmentation;
mod dataset;
mod division;
mod duplicates;
mod features;
mod folds;
mod group_split;
mod hash;
mod image_stats;
mod model_metadata;
mod new_rows;
mod origins;
mod prediction_input;
mod progress;
pub mod random;
mod samples;
mod sheet;
mod sources;
mod split;
mod summary;
mod targets;
mod time_split;

pub use augmentation::{Augmentation, Workspace};
pub use burn_mlp_infer::ImageShape;
pub use burn_mlp_infer::csv::TableRows;
pub use burn_mlp_infer::image::{DecodedImage, IMAGE_ENDINGS, has_image_ending, has_other_image_ending};
pub use burn_mlp_infer::table::{ColumnKind, TableColumn, TableSchema};
pub use dataset::Dataset;
pub use features::Features;
pub use image_stats::image_stats;
pub use model_metadata::model_metadata;
pub use new_rows::NewRows;
pub use origins::{Origin, Origins};
pub use prediction_input::{read_rows, read_sheet};
pub use progress::{LoadProgress, LoadStage, Progress};
pub use samples::{Sample, Samples};
pub use sheet::ContactSheet;
pub use sources::{
    Arrays, ColumnProfile, ColumnUse, Digits, Distribution, DownloadLimits, IdxArray, IdxDirectory, IdxKind,
    ImageDirectory, ImageFiles, Mnist, MnistCache, Range, RawData, Source, Synthetic, TableFile, ValueKind, configure,
    image_files, load, load_encoded, load_with_profile, parse_idx, read, read_images, read_labels, recognise,
    table_files,
};
pub use split::{SplitIndices, stratified_split};
pub use summary::{ClassRows, DataSummary, FeatureKind, FeatureSummary, TargetSummary, Values};
pub use targets::{Targets, class_counts};

/// Returns the numbers from 0 as names of `count` classes.
fn numbered_classes(count: usize) -> Vec<String> {
    (0..count).map(|class| class.to_string()).collect()
}

/// Returns the directory of the original MNIST files for tests: `BURN_MLP_MNIST_DIR`, or
/// `../shared/mnist` beside the repository.
#[cfg(test)]
pub(crate) fn mnist_directory_for_tests() -> Option<std::path::PathBuf> {
    let beside = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/mnist");
    let found = std::env::var_os("BURN_MLP_MNIST_DIR").map(Into::into).or(beside.is_dir().then_some(beside));
    if found.is_none() {
        eprintln!("skipped: BURN_MLP_MNIST_DIR is not set");
    }
    found
}
