//! What `run.json` says of the data.

use serde::{Deserialize, Serialize};

/// The data that a run was trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataRecord {
    /// The source as it was asked for.
    pub source: String,
    /// SHA-256 over features and labels.
    pub hash: String,
    pub train_rows: usize,
    pub valid_rows: usize,
    pub test_rows: usize,
    /// Features per row.
    pub features: usize,
    pub classes: usize,
    pub class_names: Vec<String>,
    /// Height and width in pixels, if rows are images.
    pub image_shape: Option<[usize; 2]>,
    /// 1 for grey images, 3 for red, green, blue.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub image_channels: usize,
    /// Files of the source that were left out because they cannot be read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub skipped_files: usize,
}

impl Default for DataRecord {
    /// Of no data.
    fn default() -> Self {
        Self {
            source: String::new(),
            hash: String::new(),
            train_rows: 0,
            valid_rows: 0,
            test_rows: 0,
            features: 0,
            classes: 0,
            class_names: Vec::new(),
            image_shape: None,
            image_channels: 1,
            skipped_files: 0,
        }
    }
}

fn one() -> usize {
    1
}

// Left out where nothing is to be said, so that a record is as an earlier version would write it.
fn is_one(number: &usize) -> bool {
    *number == 1
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}
