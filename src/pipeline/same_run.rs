//! Whether a run directory and what is at hand belong together.

use super::ready::Ready;
use crate::artifact::{RunDirectory, RunRecord};
use crate::config::RunConfig;
use crate::data::Data;
use crate::error::{Error, Result};

/// The configuration that a run was trained with.
///
/// # Errors
/// If its config.toml is missing, damaged, or not the one that the run was trained with.
pub fn configuration(run: &RunDirectory) -> Result<RunConfig> {
    let path = run.config_path();
    // What was written by this program and is wrong now is damaged: no mistake of the person who asks.
    let config = RunConfig::from_toml(&run.read_config()?, "its text").map_err(|error| {
        Error::run(&path, format!("is damaged ({error}); restore it from a copy, or start a new run"))
    })?;
    if config.identity_hash()? != run.read_record()?.identity_hash {
        return Err(Error::run(path, "has other settings than the run was trained with; restore it from a copy"));
    }
    Ok(config)
}

/// A run's own configuration is what repeats it, so it cannot ask for less than the run has done.
pub(super) fn check_epochs(config: &RunConfig, run: &RunDirectory) -> Result<()> {
    let done = run.newest_checkpoint()?.map_or(0, |checkpoint| checkpoint.epoch());
    if config.training.epochs >= done {
        return Ok(());
    }
    let problem = format!("{} is less than the {done} epochs that the run has done", config.training.epochs);
    Err(Error::config("training.epochs", problem))
}

pub(super) fn check_same_data(run: &RunDirectory, record: &RunRecord, data: &Data) -> Result<()> {
    if record.data.hash == data.hash() {
        return Ok(());
    }
    Err(Error::run(run.path(), format!("was trained on other data than {} holds now", data.source)))
}

pub(super) fn check_same_initial_weights(
    run: &RunDirectory,
    config: &RunConfig,
    record: &RunRecord,
    ready: &Ready,
) -> Result<()> {
    if record.initial_weights_sha256 == ready.initial_weights_sha256() {
        return Ok(());
    }
    let file = &config.training.init_from;
    let problem =
        format!("was to start from other weights than {file} holds now; restore that file or start a new run");
    Err(Error::run(run.path(), problem))
}
