//! `burn-mlp inspect`: shows a run's configuration, data and results.

mod inspected;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::run_directory::RunDirectory;
use clap::Args;

use crate::cli::common_args::RunsDirArgs;
use crate::cli::terminal::json::json;
use crate::cli::terminal::output::print;
use inspected::Inspected;

#[derive(Debug, Args)]
pub struct InspectArgs {
    /// The run: a directory, or a name under --out
    pub run: PathBuf,
    #[command(flatten)]
    pub runs_dir: RunsDirArgs,
    /// Print JSON instead of tables
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &InspectArgs) -> Result<ExitCode> {
    let inspected = Inspected::read(RunDirectory::find(&args.run, &args.runs_dir.out)?)?;
    if args.json {
        print(&json(&inspected.as_json())?);
    } else {
        inspected.show();
    }
    Ok(ExitCode::SUCCESS)
}
