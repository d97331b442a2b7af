//! One training from its start to what is printed at its end.

use std::process::ExitCode;

use burn_mlp::artifact::{RunDirectory, RunRecord, Status};
use burn_mlp::config::RunConfig;
use burn_mlp::pipeline::{self, Completed, Part, PipelineObserver, Place};
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};

use super::console::{Console, bold};
use super::format::{epochs, percent, seconds, shell_word, shown_path};
use super::progress::Progress;
use super::train::TrainArgs;
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
    let mut progress = Progress::new(console);
    observed(args, &mut progress, |observer| pipeline::run(config, &place, stop, observer))
}

/// Goes on with a run and prints how it went.
pub fn resume(
    config: &RunConfig,
    args: &TrainArgs,
    run: RunDirectory,
    stop: &StopSignal,
    console: &mut Console,
) -> Result<Completed> {
    quiet_drivers::open_backend(&config.backend, console.verbose())?;
    let mut progress = Progress::new(console);
    let completed = observed(args, &mut progress, |observer| pipeline::resume(config, run, stop, observer))?;
    if !progress.has_trained() {
        console.line(nothing_to_train(&completed.record));
    }
    Ok(completed)
}

/// Runs `work` with all outputs that it was asked to have beside the run's own files.
fn observed(
    args: &TrainArgs,
    progress: &mut Progress,
    work: impl FnOnce(&mut dyn PipelineObserver) -> Result<Completed>,
) -> Result<Completed> {
    if args.tensorboard { pipeline::with_tensorboard(progress, work) } else { work(progress) }
}

fn nothing_to_train(record: &RunRecord) -> String {
    match (record.status, record.epochs_done) {
        (Status::StoppedEarly, _) => "nothing to train: early stopping has ended this run".to_string(),
        (_, 1) => "nothing to train: its 1 epoch is done; ask for more with --epochs".to_string(),
        (_, done) => format!("nothing to train: all {} are done; ask for more with --epochs", epochs(done)),
    }
}

/// Prints a run's end. An interrupted one exits with its own code.
pub fn conclude(
    config: &RunConfig,
    completed: &Completed,
    args: &TrainArgs,
    console: &mut Console,
) -> Result<ExitCode> {
    let Completed { run, record, evaluations, .. } = completed;
    if record.status == Status::Interrupted {
        return Err(Error::Interrupted(format!(
            "{} saved; go on with: burn-mlp --resume {}{}",
            epochs(record.epochs_done),
            shell_word(&run.path().to_string_lossy()),
            if args.tensorboard { " --tensorboard" } else { "" }
        )));
    }
    console.line(ending(config, record));
    let has_test = evaluations.iter().any(|(part, _)| *part == Part::Test);
    let tabled = if has_test { Part::Test } else { Part::Valid };
    for (part, evaluation) in evaluations {
        console.line("");
        console.line(bold(tables::heading(*part, &evaluation.report)));
        if *part == tabled {
            console.line(tables::confusion_matrix(&evaluation.report));
            console.line(tables::classes(&evaluation.report));
        }
    }
    console.line("");
    console.line(format!("saved in {}", shown_path(run.path())));
    console.line(format!("report   {}", shown_path(&run.report_path())));
    Ok(ExitCode::SUCCESS)
}

fn ending(config: &RunConfig, record: &RunRecord) -> String {
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
    let keeps_last = !config.early_stopping.restore_best && record.best_epoch != Some(record.epochs_done);
    let model = if keeps_last { "; the model is that of the last epoch" } else { "" };
    let time = seconds(record.timings.train_seconds);
    format!("{how} after {} in {time}{best}{model}", epochs(record.epochs_done))
}
