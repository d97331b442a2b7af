//! `burn-mlp train`, the default command.

use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::artifact::RunDirectory;
use burn_mlp::config::Layers;
use burn_mlp::pipeline;
use burn_mlp::training::StopSignal;

use super::args::TrainArgs;
use super::console::Console;
use super::one_run::{conclude, resume, train};
use super::{seeds, signals};

pub fn run(args: &TrainArgs, console: &mut Console) -> Result<ExitCode> {
    run_or_resume(args, console).inspect_err(|error| console.log_failure(error))
}

fn run_or_resume(args: &TrainArgs, console: &mut Console) -> Result<ExitCode> {
    let stop = StopSignal::new();
    if let Some(list) = &args.seeds {
        return seeds::run(&seeds::parse(list)?, args, &stop, console);
    }
    match &args.resume {
        Some(run) => {
            let run = RunDirectory::find(run, &args.place.out)?;
            let config = args.settings.resolve(Layers::from_config(pipeline::configuration(&run)?))?;
            signals::listen(&stop);
            conclude(&config, &resume(&config, run, &stop, console)?, console)
        }
        None => {
            let config = args.settings.resolve(Layers::new())?;
            signals::listen(&stop);
            conclude(&config, &train(&config, args, args.name.clone(), &stop, console)?, console)
        }
    }
}
