//! `burn-mlp compare`: run against run, backend against backend.

mod backend_tables;
mod backends;
mod trial_process;

use std::process::ExitCode;

use burn_mlp::{Error, Result};
use clap::Args;

use super::console::Console;
use backends::CompareBackendsArgs;

#[derive(Debug, Args)]
pub struct CompareArgs {
    #[command(flatten)]
    pub backends: CompareBackendsArgs,
    /// Print JSON in place of tables
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &CompareArgs, console: &mut Console) -> Result<ExitCode> {
    if let Some(place) = &args.backends.trial {
        return trial_process::run_here(place);
    }
    match &args.backends.backends {
        Some(list) => backends::run(list, &args.backends, args.json, console),
        None => Err(Error::config("--backends", "is missing; say which, as in --backends flex,ndarray")),
    }
}
