//! What a process of its own leaves in its directory: its figures, or the sentence why there are none.

use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::measure::{Effort, measure};
use super::measurement::Measurement;
use crate::backend::{catch_failure, device_failed};
use crate::config::RunConfig;
use crate::error::{Error, Result};

const ANSWER: &str = "measurement.json";

/// [`measure`]s, and leaves the result, or why there is none, in the directory `place`.
///
/// # Errors
/// If `place` cannot be written to.
pub fn measure_into(place: &Path, config: &RunConfig, effort: &Effort) -> Result<()> {
    leave_answer(&place.join(ANSWER), || measure(config, effort))
}

/// Reads what [`measure_into`] left in `place`. `None` if it left nothing, since its process died.
///
/// # Errors
/// If the file is damaged. The inner error is the sentence why there is no measurement.
pub fn read_measurement(place: &Path) -> Result<Option<std::result::Result<Measurement, String>>> {
    read_answer(&place.join(ANSWER))
}

/// Writes what `work` returns, or the sentence why it failed, a driver's panic included.
pub(crate) fn leave_answer<T: Serialize>(path: &Path, work: impl FnOnce() -> Result<T>) -> Result<()> {
    let answer = catch_failure(work).unwrap_or_else(|message| Err(Error::Training(device_failed(&message))));
    let answer = answer.map_err(|error| match error {
        // Whoever reads it names the backend.
        Error::Backend { problem, .. } => problem,
        other => other.to_string(),
    });
    let answer = serde_json::to_vec(&answer).map_err(|error| Error::data("the answer", error.to_string()))?;
    std::fs::write(path, &answer).map_err(Error::io("write", path))
}

/// What [`leave_answer`] wrote to `path`; `None` if nothing is there.
pub(crate) fn read_answer<T: DeserializeOwned>(path: &Path) -> Result<Option<std::result::Result<T, String>>> {
    let Ok(answer) = std::fs::read(path) else { return Ok(None) };
    let answer = serde_json::from_slice(&answer);
    answer.map(Some).map_err(|error| Error::run(path, format!("is damaged: {error}")))
}
