//! A backend's trial in a process of its own.

use std::path::Path;
use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::compare::backends::{FinishedTrial, epochs_done, run_trial};
use burn_mlp::config::RunConfig;
use burn_mlp::training::StopSignal;

use crate::cli::child_process::{self, ChildOptions};

/// Runs the trial of `config` in a new process, and tells `watch` of the epochs done. The inner error is the reason why there
/// is no result.
pub fn conduct(
    config: &RunConfig,
    options: &ChildOptions,
    stop: &StopSignal,
    mut watch: impl FnMut(usize),
) -> Result<std::result::Result<FinishedTrial, String>> {
    let directory = child_process::place_for(config)?;
    let place = directory.path();
    let mut command = child_process::program()?;
    command.args(["compare", "--trial"]).arg(place);
    let look = || watch(epochs_done(place));
    child_process::conduct(command, place, options, stop, look, || FinishedTrial::read(place))
}

/// The trial that [`conduct`] has set up in `place`, in this process.
pub fn run_here(place: &Path) -> Result<ExitCode> {
    run_trial(&child_process::begin(place)?, place)?;
    Ok(ExitCode::SUCCESS)
}
