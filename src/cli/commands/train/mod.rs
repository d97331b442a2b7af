//! `burn-mlp train`, the default command.

mod args;
mod folds;
mod job_processes;
mod seeds;
mod single_run;
mod study;

use std::path::Path;
use std::process::ExitCode;

use burn_mlp::config::Layers;
use burn_mlp::pipeline;
use burn_mlp::run_directory::RunDirectory;
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};

pub use args::{TrainArgs, TrainCommand};

use crate::cli::process::{child_process, signals};
use crate::cli::terminal::console::Console;
use single_run::{conclude, resume, train};

pub fn run(args: &TrainArgs, console: &mut Console) -> Result<ExitCode> {
    run_or_resume(args, console).inspect_err(|error| console.log_failure(error))
}

fn run_or_resume(args: &TrainArgs, console: &mut Console) -> Result<ExitCode> {
    let stop = StopSignal::new();
    match (&args.resume, &args.seeds) {
        (Some(run), None) => {
            let run = RunDirectory::find(run, &args.runs_dir.out)?;
            let config =
                args.settings.resolve(args.layers(Layers::from_config(pipeline::configuration(&run)?)), console)?;
            if run.read_record()?.group.is_some() {
                return folds::resume(&config, run, args, &stop, console);
            }
            check_group_options(args)?;
            listen(args, &stop);
            conclude(&config, &resume(&config, args, run, &stop, console)?, args, console)
        }
        (Some(study), Some(seeds)) => {
            if let Some(group) = group_called(study, args) {
                return folds::resume(&pipeline::configuration(&group)?, group, args, &stop, console);
            }
            check_group_options(args)?;
            study::resume(seeds, args, &stop, console)
        }
        (None, seeds) => {
            let config = args.settings.resolve(args.layers(first_layers(args, console)?), console)?;
            if folds::are_asked_for(&config) {
                return folds::train(&config, args, &stop, console);
            }
            check_group_options(args)?;
            if let Some(seeds) = seeds {
                return study::train(&config, seeds, args, &stop, console);
            }
            listen(args, &stop);
            conclude(&config, &train(&config, args, args.name.clone(), &stop, console)?, args, console)
        }
    }
}

/// The settings before those of the command line: the defaults, or those of the run to refit.
fn first_layers(args: &TrainArgs, console: &mut Console) -> Result<Layers> {
    let Some(run) = &args.refit else { return Ok(Layers::new()) };
    let (config, notes) = pipeline::refit(&RunDirectory::find(run, &args.runs_dir.out)?)?;
    notes.iter().for_each(|note| console.note(note));
    Ok(Layers::from_config(config))
}

/// Returns the group of this name, if there is one.
fn group_called(name: &Path, args: &TrainArgs) -> Option<RunDirectory> {
    let run = RunDirectory::find(name, &args.runs_dir.out).ok()?;
    run.read_record().ok()?.group.map(|_| run)
}

/// Refuses options of a cross-validation without folds.
fn check_group_options(args: &TrainArgs) -> Result<()> {
    match (args.repeats, args.jobs) {
        (Some(_), _) => {
            Err(Error::config("--repeats", "is for all folds of a cross-validation; give --folds without split.fold"))
        }
        (_, Some(_)) => Err(Error::config(
            "--jobs",
            "needs --folds, without split.fold: the runs of a cross-validation train side by side",
        )),
        _ => Ok(()),
    }
}

/// Stops the training on a signal; as a job of a group, when the group's process asks for it or ends.
fn listen(args: &TrainArgs, stop: &StopSignal) {
    match args.job {
        true => child_process::stop_with_parent(stop),
        false => signals::stop_on_interrupt(stop),
    }
}
