//! `burn-mlp inspect`: shows a run's configuration, data and results.

mod group;
mod importance;
mod inspected;
mod show;

use std::process::ExitCode;

use burn_mlp::Result;
use clap::Args;

use crate::cli::common_args::RunArgs;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::json::json;
use crate::cli::terminal::output::print;
use importance::HeldOut;
use inspected::Inspected;

#[derive(Debug, Args)]
pub struct InspectArgs {
    #[command(flatten)]
    pub run: RunArgs,
    /// Print JSON instead of tables
    #[arg(long)]
    pub json: bool,
    /// Measure what each column of a table contributes, by shuffling it among held-out rows
    #[arg(long)]
    pub importance: bool,
    /// With --importance: the rows [default: test]
    #[arg(long, value_enum, requires = "importance")]
    pub split: Option<HeldOut>,
    /// With --importance: the run's own data where it lies now
    #[arg(long, value_name = "SOURCE", requires = "importance")]
    pub data: Option<String>,
}

pub fn run(args: &InspectArgs, console: &mut Console) -> Result<ExitCode> {
    let run = args.run.open(console)?;
    if args.importance {
        importance::run(&run, args, console)?;
        return Ok(ExitCode::SUCCESS);
    }
    let inspected = Inspected::read(run)?;
    if args.json {
        print(&json(&inspected.as_json())?);
    } else {
        inspected.show();
    }
    Ok(ExitCode::SUCCESS)
}
