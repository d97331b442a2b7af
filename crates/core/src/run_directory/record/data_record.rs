//! The data section of `run.json`.

use serde::{Deserialize, Serialize};

/// The data that a run was trained on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DataRecord {
    /// The source as configured.
    pub source: String,
    /// SHA-256 over features and labels, of a table over its rows as read.
    pub hash: String,
    /// SHA-256 over which rows of a table test, if they were drawn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drawn_test_hash: Option<String>,
    pub train_rows: usize,
    pub valid_rows: usize,
    pub test_rows: usize,
    /// Features per row.
    pub features: usize,
    /// 0 in regression.
    pub classes: usize,
    pub class_names: Vec<String>,
    /// Names of the numbers to predict; none in classification.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub target_names: Vec<String>,
    /// Height and width in pixels, if rows are images.
    pub image_shape: Option<[usize; 2]>,
    /// 1 for grey images, 3 for red, green, blue.
    pub image_channels: usize,
    /// Number of unreadable files that were left out.
    pub skipped_files: usize,
}

impl Default for DataRecord {
    /// Describes an empty dataset.
    fn default() -> Self {
        Self {
            source: String::new(),
            hash: String::new(),
            drawn_test_hash: None,
            train_rows: 0,
            valid_rows: 0,
            test_rows: 0,
            features: 0,
            classes: 0,
            class_names: Vec::new(),
            target_names: Vec::new(),
            image_shape: None,
            image_channels: 1,
            skipped_files: 0,
        }
    }
}
