//! `burn-mlp report`: a run's report as one HTML file.

use std::process::ExitCode;

use burn_mlp::artifact::{RunDirectory, write_atomic};
use burn_mlp::{Result, report};

use super::args::ReportArgs;
use super::console::Console;

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
