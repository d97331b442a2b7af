//! `burn-mlp inspect`: shows a run's configuration, data and results.

mod group;
mod inspected;
mod show;

use std::process::ExitCode;

use burn_mlp::Result;
use clap::Args;

use crate::cli::common_args::RunArgs;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::json::json;
use crate::cli::terminal::output::print;
use inspected::Inspected;

#[derive(Debug, Args)]
pub struct InspectArgs {
    #[command(flatten)]
    pub run: RunArgs,
    /// Print JSON instead of tables
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &InspectArgs, console: &mut Console) -> Result<ExitCode> {
    let inspected = Inspected::read(args.run.open(console)?)?;
    if args.json {
        print(&json(&inspected.as_json())?);
    } else {
        inspected.show();
    }
    Ok(ExitCode::SUCCESS)
}
