//! One training from its start to what is printed at its end.

use std::process::ExitCode;

use burn_mlp::artifact::{RunRecord, Status};
use burn_mlp::config::RunConfig;
use burn_mlp::pipeline::{self, Completed, Place};
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};

use super::args::TrainArgs;
use super::console::{Console, bold};
use super::format::{duration, percent};
use super::progress::Progress;
use super::{quiet_drivers, tables};

/// Trains one new run and prints how it went.
pub fn train(
    config: &RunConfig,
    args: &TrainArgs,
    name: Option<String>,
    stop: &StopSignal,
    console: &mut Console,
) -> Result<Completed> {
    let place = Place {
        out: args.place.out.clone(),
        name,
        arguments: std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect(),
    };
    quiet_drivers::open_backend(&config.backend, console.verbose())?;
    pipeline::run(config, &place, stop, &mut Progress::new(console))
}

/// Prints a run's end. An interrupted one exits with its own code.
pub fn conclude(completed: &Completed, console: &mut Console) -> Result<ExitCode> {
    let Completed { run, record, evaluations, .. } = completed;
    if record.status == Status::Interrupted {
        return Err(Error::Interrupted(format!(
            "{} of its epochs are saved; go on with: burn-mlp --resume {}",
            record.epochs_done,
            run.path().display()
        )));
    }
    console.line(ending(record));
    for (part, evaluation) in evaluations {
        console.line("");
        console.line(bold(tables::heading(*part, &evaluation.report)));
        if *part == pipeline::Part::Test {
            console.line(tables::confusion_matrix(&evaluation.report));
            console.line(tables::classes(&evaluation.report));
        }
    }
    console.line("");
    console.line(format!("saved in {}", run.path().display()));
    Ok(ExitCode::SUCCESS)
}

fn ending(record: &RunRecord) -> String {
    let how = match record.status {
        Status::StoppedEarly => "stopped early",
        _ => "finished",
    };
    let best = match (record.best_epoch, record.best.and_then(|best| best.valid_accuracy)) {
        (Some(epoch), Some(accuracy)) => {
            format!(", best epoch {epoch} with {} on the validation part", percent(accuracy))
        }
        _ => String::new(),
    };
    let time = duration(std::time::Duration::from_secs_f64(record.timings.train_seconds.max(0.0)));
    format!("{how} after {} epochs in {time}{best}", record.epochs_done)
}
