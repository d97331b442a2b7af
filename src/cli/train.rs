//! `burn-mlp train`, the default command.

use std::path::PathBuf;
use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::artifact::RunDirectory;
use burn_mlp::config::Layers;
use burn_mlp::pipeline;
use burn_mlp::training::StopSignal;
use clap::Args;

use super::args::PlaceArgs;
use super::console::Console;
use super::one_run::{conclude, resume, train};
use super::setting_args::SettingArgs;
use super::{seeds, signals};

#[derive(Debug, Args)]
pub struct TrainArgs {
    #[command(flatten)]
    pub settings: SettingArgs,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Name of the run's directory [default: a free one]
    #[arg(long, conflicts_with = "resume")]
    pub name: Option<String>,
    /// Go on with a stopped run, or with a finished one for more --epochs
    #[arg(long, value_name = "RUN")]
    pub resume: Option<PathBuf>,
    /// Write TensorBoard's event files into the run's directory: tensorboard --logdir artifacts
    #[arg(long)]
    pub tensorboard: bool,
    /// A run for each of these seeds, with mean and deviation at the end; with --resume NAME, go on with those that
    /// --name NAME began
    #[arg(long, value_name = "N,...", allow_hyphen_values = true, conflicts_with = "seed")]
    pub seeds: Option<String>,
}

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
            conclude(&config, &resume(&config, args, run, &stop, console)?, args, console)
        }
        None => {
            let config = args.settings.resolve(Layers::new())?;
            signals::listen(&stop);
            conclude(&config, &train(&config, args, args.name.clone(), &stop, console)?, args, console)
        }
    }
}
