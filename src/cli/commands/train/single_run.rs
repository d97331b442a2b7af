//! Trains or resumes one run and prints its results.

use std::process::ExitCode;

use burn_mlp::config::{Monitor, RunConfig};
use burn_mlp::format::{epochs, metric_name, percent, seconds, shell_word, shown_path};
use burn_mlp::pipeline::{self, Completed, PipelineObserver, RunLocation, Split};
use burn_mlp::run_directory::{EpochMetrics, RunDirectory, RunRecord, Status};
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};

use super::args::TrainArgs;
use crate::cli::terminal::colour::bold;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::progress::Progress;
use crate::cli::terminal::{quiet_drivers, tables};

/// Trains a new run and prints its progress.
pub fn train(
    config: &RunConfig,
    args: &TrainArgs,
    name: Option<String>,
    stop: &StopSignal,
    console: &mut Console,
) -> Result<Completed> {
    let location = RunLocation {
        out: args.runs_dir.out.clone(),
        name,
        arguments: std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect(),
    };
    quiet_drivers::open_backend(config.backend.parse()?, console.verbose())?;
    let mut progress = Progress::new(console);
    with_outputs(args, &mut progress, |observer| pipeline::run(config, &location, stop, observer))
}

/// Resumes a run and prints its progress.
pub fn resume(
    config: &RunConfig,
    args: &TrainArgs,
    run: RunDirectory,
    stop: &StopSignal,
    console: &mut Console,
) -> Result<Completed> {
    quiet_drivers::open_backend(config.backend.parse()?, console.verbose())?;
    let mut progress = Progress::new(&mut *console);
    let completed = with_outputs(args, &mut progress, |observer| pipeline::resume(config, run, stop, observer))?;
    if !progress.has_trained() {
        console.line(nothing_to_train(config, &completed.record));
    }
    Ok(completed)
}

/// Runs `work` with the outputs requested besides the run's own files.
fn with_outputs(
    args: &TrainArgs,
    progress: &mut Progress<&mut Console>,
    work: impl FnOnce(&mut dyn PipelineObserver) -> Result<Completed>,
) -> Result<Completed> {
    if args.tensorboard { pipeline::with_tensorboard(progress, work) } else { work(progress) }
}

fn nothing_to_train(config: &RunConfig, record: &RunRecord) -> String {
    match record.epochs_done {
        done if done < config.training.epochs => format!(
            "nothing to train: early stopping has ended this run after {} without improvement; to go on to epoch {}, \
             add --set early_stopping.enabled=false, or a larger early_stopping.patience",
            epochs(config.early_stopping.patience),
            config.training.epochs
        ),
        1 => "nothing to train: its 1 epoch is done; raise --epochs to train more".to_string(),
        done => format!("nothing to train: all {} are done; raise --epochs to train more", epochs(done)),
    }
}

/// Prints the results of a run. An interrupted run is an error, for its exit code.
pub fn conclude(
    config: &RunConfig,
    completed: &Completed,
    args: &TrainArgs,
    console: &mut Console,
) -> Result<ExitCode> {
    let Completed { run, record, evaluations, .. } = completed;
    if record.status == Status::Interrupted {
        return Err(Error::Interrupted(format!(
            "{} saved; resume with: burn-mlp --resume {}{}",
            epochs(record.epochs_done),
            shell_word(&run.path().to_string_lossy()),
            if args.tensorboard { " --tensorboard" } else { "" }
        )));
    }
    console.line(ending(config, record));
    let has_test = evaluations.iter().any(|(split, _)| *split == Split::Test);
    let detailed = if has_test { Split::Test } else { Split::Valid };
    for (split, evaluation) in evaluations {
        console.line("");
        let is_fold = *split == Split::Test && config.split.fold > 0;
        let rows = if is_fold { "held-out" } else { split.name() };
        console.line(bold(tables::heading(rows, &evaluation.report)));
        if *split == detailed {
            tables::details(&evaluation.report).into_iter().for_each(|table| console.line(table));
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
    let metric = |best: EpochMetrics| {
        // Without validation rows the last epoch is the best, by no metric.
        best.valid_loss?;
        let monitor = config.training.watched(config.early_stopping.monitor, best.valid_rmse.is_some());
        let (part, value) = (if monitor.needs_valid() { "validation" } else { "training" }, best.value(monitor)?);
        Some(match monitor {
            Monitor::ValidAccuracy => format!("{} validation accuracy", percent(value)),
            _ => {
                let name = metric_name(monitor.metric(), record.data.target_names.len());
                format!("a {part} {name} of {}", monitor.format(value))
            }
        })
    };
    let best = match (record.best_epoch, record.best.and_then(metric)) {
        (Some(epoch), Some(metric)) => format!(", best epoch {epoch} with {metric}"),
        _ => String::new(),
    };
    let keeps_last = !config.early_stopping.restore_best && record.best_epoch != Some(record.epochs_done);
    let model = if keeps_last { "; the model is that of the last epoch" } else { "" };
    let time = seconds(record.timings.train_seconds);
    format!("{how} after {} in {time}{best}{model}", epochs(record.epochs_done))
}
