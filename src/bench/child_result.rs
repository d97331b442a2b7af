//! Results that a child process leaves in a file: a value, or the reason why there is none.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::measure::{Effort, measure};
use super::measurement::Measurement;
use crate::backend::{catch_failure, device_failed};
use crate::config::RunConfig;
use crate::error::{Error, Result};

const FILE_NAME: &str = "measurement.json";

/// [`measure`]s and writes the measurement, or the reason why it failed, to a file in `directory`.
///
/// # Errors
/// If the file cannot be written.
pub fn measure_into(directory: &Path, config: &RunConfig, effort: &Effort) -> Result<()> {
    write_result(&directory.join(FILE_NAME), || measure(config, effort))
}

/// Reads what [`measure_into`] wrote to `directory`. Returns `None` if there is no file because the
/// process died. The inner error is the reason why the measurement failed.
///
/// # Errors
/// If the file is damaged.
pub fn read_measurement(directory: &Path) -> Result<Option<std::result::Result<Measurement, String>>> {
    read_result(&directory.join(FILE_NAME))
}

/// Writes what `work` returns, or the reason why it failed, including a driver's panic.
pub(crate) fn write_result<T: Serialize>(path: &Path, work: impl FnOnce() -> Result<T>) -> Result<()> {
    let result = catch_failure(work).unwrap_or_else(|message| Err(Error::Training(device_failed(&message))));
    let result = result.map_err(|error| match error {
        // The reader names the backend.
        Error::Backend { problem, .. } => problem,
        other => other.to_string(),
    });
    let json = serde_json::to_vec(&result).map_err(|error| Error::data("the result", error.to_string()))?;
    std::fs::write(path, &json).map_err(Error::io("write", path))
}

/// Reads what [`write_result`] wrote to `path`. Returns `None` if there is no file.
pub(crate) fn read_result<T: DeserializeOwned>(path: &Path) -> Result<Option<std::result::Result<T, String>>> {
    let Ok(json) = std::fs::read(path) else { return Ok(None) };
    let result = serde_json::from_slice(&json);
    result.map(Some).map_err(|error| Error::run(path, format!("is damaged: {error}")))
}
