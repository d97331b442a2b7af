//! `burn-mlp compare`: run against run, backend against backend.

mod backend_tables;
mod backends;
mod curves;
mod runs;
mod trial_process;

use std::path::PathBuf;
use std::process::ExitCode;

use burn_mlp::{Error, Result};
use clap::Args;

use super::args::PlaceArgs;
use super::console::Console;
use super::setting_args::SettingArgs;
use backends::CompareBackendsArgs;

#[derive(Debug, Args)]
pub struct CompareArgs {
    /// Directories of two or more runs, or their names under --out; the first is what the others are compared with
    #[arg(value_name = "RUN", required_unless_present_any = ["backends", "trial"], conflicts_with = "backends")]
    pub runs: Vec<PathBuf>,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Print JSON in place of tables
    #[arg(long)]
    pub json: bool,
    /// Write the comparison of the runs as one HTML page too
    #[arg(long, value_name = "FILE", conflicts_with = "backends")]
    pub html: Option<PathBuf>,
    #[command(flatten)]
    pub backends: CompareBackendsArgs,
}

pub fn run(args: &CompareArgs, console: &mut Console) -> Result<ExitCode> {
    if let Some(place) = &args.backends.trial {
        return trial_process::run_here(place);
    }
    match &args.backends.backends {
        Some(list) => backends::run(list, &args.backends, args.json, console),
        None if args.backends.settings != SettingArgs::default() => {
            let problem = "are for compare --backends; runs that are there already are compared as they are";
            Err(Error::config("settings", problem))
        }
        None => runs::run(args, console),
    }
}
