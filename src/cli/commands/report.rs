//! `burn-mlp report`: writes a run's report as one HTML file.

use std::path::PathBuf;
use std::process::ExitCode;

use burn_mlp::run_directory::write_atomic;
use burn_mlp::{Result, report};
use clap::Args;

use crate::cli::common_args::RunArgs;
use crate::cli::terminal::console::Console;

#[derive(Debug, Args)]
pub struct ReportArgs {
    #[command(flatten)]
    pub run: RunArgs,
    /// File to write; works while the run is training [default: report.html in the run's directory]
    #[arg(long, value_name = "FILE")]
    pub out_file: Option<PathBuf>,
}

pub fn run(args: &ReportArgs, console: &mut Console) -> Result<ExitCode> {
    let run = args.run.open(console)?;
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
