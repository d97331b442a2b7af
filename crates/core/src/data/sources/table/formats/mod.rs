//! Opens a table, whatever the format of its file.

mod csv;

use std::path::Path;

use crate::Result;
use crate::config::{CsvConfig, CsvHeader};
use burn_mlp_infer::csv::{DialectOptions, Table};

/// Opens the table at `path`. `header` says whether a text names its columns; `config` how else to read it.
///
/// # Errors
/// If the file cannot be read or is not a table.
pub(super) fn open(path: &Path, header: CsvHeader, config: &CsvConfig) -> Result<Table> {
    let target = Some(config.target.trim()).filter(|target| !target.is_empty());
    csv::open(path, DialectOptions { delimiter: config.delimiter, header, target })
}
