//! The tables in a directory, by the endings of their names.

use std::path::{Path, PathBuf};

use super::images::DirectoryEntries;
use crate::{Error, Result};

/// Endings of tables, besides `.gz`.
const ENDINGS: [&str; 14] =
    ["csv", "tsv", "txt", "data", "parquet", "pq", "parq", "jsonl", "ndjson", "json", "xlsx", "xlsb", "xls", "ods"];

/// Lists the tables in `directory` in natural order, without what Spark and others write beside them, such as `_SUCCESS`.
///
/// # Errors
/// If it cannot be read, or has none.
pub fn table_files(directory: &Path) -> Result<Vec<PathBuf>> {
    let is_table = |name: &str| {
        let name = name.to_lowercase();
        let name = name.strip_suffix(".gz").unwrap_or(&name);
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        !name.starts_with('_') && ENDINGS.contains(&ending)
    };
    let entries = DirectoryEntries::read(directory)?.files.into_iter();
    let files: Vec<PathBuf> = entries.filter(|file| is_table(&file.name)).map(|file| file.path).collect();
    match files.is_empty() {
        false => Ok(files),
        true => {
            let problem = format!("has no tables ({}), which the model takes; name a file", ENDINGS.join(", "));
            Err(Error::data(directory.display().to_string(), problem))
        }
    }
}
