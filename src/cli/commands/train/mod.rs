//! `burn-mlp train`, the default command.

mod args;
mod seeds;
mod single_run;
mod study;

use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::config::Layers;
use burn_mlp::pipeline;
use burn_mlp::run_directory::RunDirectory;
use burn_mlp::training::StopSignal;

pub use args::{TrainArgs, TrainCommand};

use crate::cli::process::signals;
use crate::cli::terminal::console::Console;
use single_run::{conclude, resume, train};

pub fn run(args: &TrainArgs, console: &mut Console) -> Result<ExitCode> {
    run_or_resume(args, console).inspect_err(|error| console.log_failure(error))
}

fn run_or_resume(args: &TrainArgs, console: &mut Console) -> Result<ExitCode> {
    let stop = StopSignal::new();
    if let Some(seeds) = &args.seeds {
        return study::run(seeds, args, &stop, console);
    }
    match &args.resume {
        Some(run) => {
            let run = RunDirectory::find(run, &args.runs_dir.out)?;
            let config =
                args.settings.resolve(args.layers(Layers::from_config(pipeline::configuration(&run)?)), console)?;
            signals::stop_on_interrupt(&stop);
            conclude(&config, &resume(&config, args, run, &stop, console)?, args, console)
        }
        None => {
            let config = args.settings.resolve(args.layers(Layers::new()), console)?;
            signals::stop_on_interrupt(&stop);
            conclude(&config, &train(&config, args, args.name.clone(), &stop, console)?, args, console)
        }
    }
}
