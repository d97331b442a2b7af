//! `burn-mlp compare`: compares runs, or backends.

mod args;
mod backend_tables;
mod backends;
mod curves;
mod errors;
mod groups;
mod runs;

use std::process::ExitCode;

use burn_mlp::{Error, Result};

pub use args::CompareArgs;

use crate::cli::process::trial_process;
use crate::cli::setting_args::SettingArgs;
use crate::cli::terminal::console::Console;

pub fn run(args: &CompareArgs, console: &mut Console) -> Result<ExitCode> {
    if let Some(directory) = &args.backends.trial {
        return trial_process::run_here(directory);
    }
    match &args.backends.backends {
        Some(list) => backends::run(list, &args.backends, args.json, console),
        None if args.backends.settings != SettingArgs::default() => {
            let problem = "are only for compare --backends; finished runs are compared as they are";
            Err(Error::config("settings", problem))
        }
        None => runs::run(args, console),
    }
}
