//! Runs the trial of a backend in a child process.

use std::path::Path;
use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::compare::backends::{FinishedTrial, epochs_done, run_trial};
use burn_mlp::config::RunConfig;
use burn_mlp::training::StopSignal;

use super::child_process::{self, ChildOptions};

/// Runs the trial of `config` in a child process and calls `on_epoch` with the number of finished
/// epochs. The inner error is the reason why there is no result.
pub fn run_in_child(
    config: &RunConfig,
    options: &ChildOptions,
    stop: &StopSignal,
    mut on_epoch: impl FnMut(usize),
) -> Result<std::result::Result<FinishedTrial, String>> {
    let work_directory = child_process::work_directory(config)?;
    let directory = work_directory.path();
    let mut command = child_process::program()?;
    command.args(["compare", "--trial"]).arg(directory);
    let poll = || on_epoch(epochs_done(directory));
    child_process::run_to_end(command, directory, options, stop, poll, || FinishedTrial::read(directory))
}

/// Runs, in this process, the trial that [`run_in_child`] has set up in `directory`.
pub fn run_here(directory: &Path) -> Result<ExitCode> {
    run_trial(&child_process::begin(directory)?, directory)?;
    Ok(ExitCode::SUCCESS)
}
