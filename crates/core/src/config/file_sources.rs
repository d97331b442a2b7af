//! How a person's own files are read: `csv:FILE` and `images:DIR`.

use super::choices::{ImageColor, MissingValues};
use super::{CsvDelimiter, CsvHeader};
use serde::{Deserialize, Serialize};

/// The `csv:FILE` source. A column is meant by its name, or by its number from 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CsvConfig {
    /// Column that holds the classes; empty: the last one.
    pub target: String,
    /// Columns that are left out.
    pub ignore: Vec<String>,
    /// Columns of numbers that are taken as texts: codes, postcodes.
    pub categorical: Vec<String>,
    pub delimiter: CsvDelimiter,
    pub header: CsvHeader,
    pub missing: MissingValues,
    /// Most values of a text column, each of which becomes a feature of 0 or 1.
    pub max_categories: usize,
    /// Brings numeric columns to mean 0 and standard deviation 1 over the rows that train.
    pub standardize: bool,
    /// File with the test set; empty: a part of the rows is drawn.
    pub test: String,
    /// Fraction of the rows drawn as the test set, stratified by class, where `test` is empty; 0 is none.
    pub test_fraction: f64,
    /// Seed of that draw, apart from the run's, so that runs of other seeds have the same test set.
    pub test_seed: u64,
}

/// The `images:DIR` source.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImagesConfig {
    /// `WIDTHxHEIGHT` that every image is brought to; empty: the size that all of them have.
    pub size: String,
    pub color: ImageColor,
    /// Leaves out, and counts, files that are no readable images; otherwise they are refused.
    pub skip_bad: bool,
    /// Fraction of the images drawn as the test set, stratified by class, where there is no folder `test`; 0 is none.
    pub test_fraction: f64,
    /// Seed of that draw, apart from the run's, so that runs of other seeds have the same test set.
    pub test_seed: u64,
}

impl Default for CsvConfig {
    fn default() -> Self {
        Self {
            target: String::new(),
            ignore: Vec::new(),
            categorical: Vec::new(),
            delimiter: CsvDelimiter::Auto,
            header: CsvHeader::Auto,
            missing: MissingValues::Refuse,
            max_categories: 20,
            standardize: true,
            test: String::new(),
            test_fraction: 0.2,
            test_seed: 0,
        }
    }
}

impl Default for ImagesConfig {
    fn default() -> Self {
        Self { size: String::new(), color: ImageColor::Auto, skip_bad: false, test_fraction: 0.2, test_seed: 0 }
    }
}
