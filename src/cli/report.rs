//! `burn-mlp report`: a run's report as one HTML file.

use std::path::PathBuf;
use std::process::ExitCode;

use burn_mlp::artifact::{RunDirectory, write_atomic};
use burn_mlp::{Result, report};
use clap::Args;

use super::args::PlaceArgs;
use super::console::Console;

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// A run's directory, or its name under --out
    pub run: PathBuf,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// File to write, also while the run is training [default: report.html in the run's directory]
    #[arg(long, value_name = "FILE")]
    pub out_file: Option<PathBuf>,
}

pub fn run(args: &ReportArgs, console: &mut Console) -> Result<ExitCode> {
    let run = RunDirectory::find(&args.run, &args.place.out)?;
    let path = match &args.out_file {
        Some(file) => {
            write_atomic(file, report::html(&run)?.as_bytes())?;
            file.clone()
        }
        None => {
            let _lock = run.lock()?;
            report::write(&run)?;
            run.report_path()
        }
    };
    console.line(format!("saved in {}", path.display()));
    Ok(ExitCode::SUCCESS)
}
