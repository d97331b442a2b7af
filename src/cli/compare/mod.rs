//! `burn-mlp compare`: runs side by side.

mod curves;
mod runs;

use std::path::PathBuf;
use std::process::ExitCode;

use burn_mlp::Result;
use clap::Args;

use super::args::PlaceArgs;
use super::console::Console;

#[derive(Debug, Args)]
pub struct CompareArgs {
    /// Directories of two or more runs, or their names under --out; the first is what the others are compared with
    #[arg(value_name = "RUN", required = true)]
    pub runs: Vec<PathBuf>,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Print JSON in place of tables
    #[arg(long)]
    pub json: bool,
    /// Write the comparison as one HTML page too
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

pub fn run(args: &CompareArgs, console: &mut Console) -> Result<ExitCode> {
    runs::run(args, console)
}
