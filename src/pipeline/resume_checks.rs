//! Checks that a run directory, a configuration and the data belong together.

use std::path::Path;

use super::session::Session;
use crate::config::{RunConfig, Source};
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::run_directory::{RunDirectory, RunRecord};

/// Reads the configuration that a run was trained with.
///
/// # Errors
/// If config.toml is missing, damaged, or not the one that the run was trained with.
pub fn configuration(run: &RunDirectory) -> Result<RunConfig> {
    let path = run.config_path();
    // This program wrote the file, so an error in it is damage and not the user's mistake.
    let config = RunConfig::from_toml(&run.read_config()?, "its text").map_err(|error| {
        Error::run(&path, format!("is damaged ({error}); restore it from a copy, or start a new run"))
    })?;
    let record = run.read_record()?;
    if config.identity_hash(record.initial_weights_sha256.as_deref())? != record.identity_hash {
        return Err(Error::run(
            path,
            "does not have the settings that the run was trained with; restore it from a copy",
        ));
    }
    Ok(config)
}

/// Returns `config` with the paths where the run's data is now: in `data.dir`, if that is new or the data has left its
/// place, or else where the run was started.
///
/// # Errors
/// [`Error::Data`] if the data is not there.
pub(super) fn located(run: &RunDirectory, record: &RunRecord, config: &RunConfig) -> Result<RunConfig> {
    let missing = |config: &RunConfig| -> Result<Option<String>> {
        Ok(config.data.source.parse::<Source>()?.missing().map(|path| path.display().to_string()))
    };
    let is_new = config.data.dir != configuration(run)?.data.dir;
    let mut located = config.with_paths_from(&run.started_in(record))?;
    if !located.data.dir.is_empty() && (is_new || missing(&located)?.is_some()) {
        located = located.with_paths_moved_to(Path::new(&located.data.dir))?;
    }
    match missing(&located)? {
        Some(path) => {
            let problem = "is missing; if the run's data has moved, say where it is with --data or --data-dir";
            Err(Error::data(path, problem))
        }
        None => Ok(located),
    }
}

pub(super) fn check_same_data(run: &RunDirectory, record: &RunRecord, data: &Dataset) -> Result<()> {
    if record.data.hash == data.hash() {
        return Ok(());
    }
    let problem = format!(
        "was trained on data that {} no longer holds; restore the data, or say with --data or --data-dir where it is",
        data.source
    );
    Err(Error::run(run.path(), problem))
}

pub(super) fn check_same_initial_weights(run: &RunDirectory, record: &RunRecord, session: &Session) -> Result<()> {
    if record.initial_weights_sha256 == session.initial_weights_sha256() {
        return Ok(());
    }
    let file = &session.config.training.init_from;
    let problem =
        format!("was to start from weights that {file} no longer holds; restore that file or start a new run");
    Err(Error::run(run.path(), problem))
}
