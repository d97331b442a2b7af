//! `--seeds 0,1,2`: trains the same run with several seeds and prints mean and deviation.

use std::process::ExitCode;

use burn_mlp::config::{Layers, RunConfig, selection_label};
use burn_mlp::evaluation::{MetricUnit, Spread};
use burn_mlp::format::{metric_name, shell_word};
use burn_mlp::pipeline::{self, Completed};
use burn_mlp::run_directory::{RunDirectory, RunRecord};
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};

use super::args::TrainArgs;
use super::seeds::Seeds;
use super::single_run;
use crate::cli::process::signals;
use crate::cli::terminal::colour::bold;
use crate::cli::terminal::console::Console;

/// Trains a new study.
pub fn train(
    config: &RunConfig,
    seeds: &Seeds,
    args: &TrainArgs,
    stop: &StopSignal,
    console: &mut Console,
) -> Result<ExitCode> {
    run(plan_new(config, seeds, args)?, seeds, args, stop, console)
}

/// Resumes the study whose name is that of `--resume`.
pub fn resume(seeds: &Seeds, args: &TrainArgs, stop: &StopSignal, console: &mut Console) -> Result<ExitCode> {
    run(plan_resumed(study_to_resume(args)?, seeds, args, console)?, seeds, args, stop, console)
}

fn run(
    planned: Vec<Planned>,
    seeds: &Seeds,
    args: &TrainArgs,
    stop: &StopSignal,
    console: &mut Console,
) -> Result<ExitCode> {
    signals::stop_on_interrupt(stop);
    let mut records = Vec::new();
    for planned in planned {
        console.leave_log();
        let completed = planned.train(args, stop, console).map_err(|error| with_all_seeds(error, seeds, args))?;
        console.line("");
        records.push(completed.record);
    }
    console.leave_log();
    for line in summary(&records) {
        console.result(line);
    }
    Ok(ExitCode::SUCCESS)
}

/// The run of one seed.
enum Planned {
    New(RunConfig, Option<String>),
    Started(RunConfig, RunDirectory),
}

impl Planned {
    fn train(self, args: &TrainArgs, stop: &StopSignal, console: &mut Console) -> Result<Completed> {
        let (Self::New(config, _) | Self::Started(config, _)) = &self;
        let config = config.clone();
        console.line(bold(format!("seed {}", config.seed)));
        let completed = match self {
            Self::New(_, name) => single_run::train(&config, args, name, stop, console)?,
            Self::Started(_, run) => single_run::resume(&config, args, run, stop, console)?,
        };
        single_run::conclude(&config, &completed, args, console)?;
        Ok(completed)
    }
}

/// The name of the study to resume, with which the names of its runs start.
fn study_to_resume(args: &TrainArgs) -> Result<&str> {
    let not_a_name = || Error::config("--resume", "is not a name; with --seeds, give the --name of the study");
    args.resume.as_ref().and_then(|study| study.to_str()).ok_or_else(not_a_name)
}

fn name_of(study: &str, seed: u64) -> String {
    format!("{study}-seed{seed}")
}

/// Plans new runs. Checks all of them before the first one starts.
fn plan_new(config: &RunConfig, seeds: &Seeds, args: &TrainArgs) -> Result<Vec<Planned>> {
    let mut planned = Vec::new();
    for &seed in &seeds.0 {
        let config = RunConfig { seed, ..config.clone() };
        config.validate()?;
        let name = args.name.as_ref().map(|name| name_of(name, seed));
        let directory = name.as_ref().map(|name| args.runs_dir.out.join(name));
        if let Some(taken) = directory.filter(|directory| directory.exists()) {
            let problem =
                "already exists and is not overwritten; choose another --name, or resume it with --resume NAME";
            return Err(Error::run(taken, problem));
        }
        planned.push(Planned::New(config, name));
    }
    Ok(planned)
}

/// Plans the rest of an interrupted study: resumes the runs that have started, and starts the
/// others with the settings of the first.
fn plan_resumed(study: &str, seeds: &Seeds, args: &TrainArgs, console: &mut Console) -> Result<Vec<Planned>> {
    let path = |seed: u64| args.runs_dir.out.join(name_of(study, seed));
    let started = |seed: u64| path(seed).exists().then(|| RunDirectory::open(&path(seed))).transpose();
    let Some(&first) = seeds.0.iter().find(|&&seed| path(seed).exists()) else {
        let problem = "there is no run of any of these seeds; start with --name instead of --resume";
        return Err(Error::run(path(seeds.0[0]), problem));
    };
    let template = pipeline::configuration(&RunDirectory::open(&path(first))?)?;
    let mut planned = Vec::new();
    for &seed in &seeds.0 {
        let common = RunConfig { seed, ..template.clone() };
        let run = started(seed)?;
        let own = run.as_ref().map_or(Ok(common.clone()), pipeline::configuration)?;
        let config = args.settings.resolve(args.layers(Layers::from_config(own)), console)?;
        // A mean over runs with different settings would be meaningless.
        config.check_resume(&common)?;
        planned.push(match run {
            Some(run) => Planned::Started(config, run),
            None => Planned::New(config, Some(name_of(study, seed))),
        });
    }
    Ok(planned)
}

/// Adds to an interruption the command that resumes all seeds.
fn with_all_seeds(error: Error, seeds: &Seeds, args: &TrainArgs) -> Error {
    let study = args.name.as_deref().or(args.resume.as_ref().and_then(|study| study.to_str()));
    match (error, study) {
        // Nothing to resume before the first run exists.
        (Error::Interrupted(how), Some(study))
            if seeds.0.iter().any(|&seed| args.runs_dir.out.join(name_of(study, seed)).exists()) =>
        {
            let (study, out) = (shell_word(study), shell_word(&args.runs_dir.out.to_string_lossy()));
            let outputs = if args.tensorboard { " --tensorboard" } else { "" };
            let command = format!("burn-mlp --resume {study} --seeds {seeds} --out {out}{outputs}");
            Error::Interrupted(format!("{how}; for all seeds: {command}"))
        }
        (error, _) => error,
    }
}

/// Reads a metric that a run may lack.
type Metric = fn(&RunRecord) -> Option<f64>;

fn summary(records: &[RunRecord]) -> Vec<String> {
    let metrics: [(&str, Metric, MetricUnit); 9] = [
        ("best valid accuracy", |record| record.best.and_then(|best| best.valid_accuracy), MetricUnit::Share),
        ("best valid ROC AUC", |record| record.best.and_then(|best| best.valid_auc), MetricUnit::Score),
        ("best valid macro F1", |record| record.best.and_then(|best| best.valid_f1), MetricUnit::Share),
        ("best valid RMSE", |record| record.best.and_then(|best| best.valid_rmse), MetricUnit::Number),
        ("best valid MAE", |record| record.best.and_then(|best| best.valid_mae), MetricUnit::Number),
        ("best valid loss", |record| record.best.and_then(|best| best.valid_loss), MetricUnit::Loss),
        ("test accuracy", |record| record.test.and_then(|test| test.accuracy), MetricUnit::Share),
        ("test RMSE", |record| record.test.and_then(|test| test.rmse), MetricUnit::Number),
        ("test loss", |record| record.test.map(|test| test.loss), MetricUnit::Loss),
    ];
    let heading = match records.len() {
        1 => "metrics of 1 seed".to_string(),
        several => format!("mean and standard deviation of {several} seeds"),
    };
    let mut lines = vec![bold(heading)];
    let targets = records.first().map_or(0, |record| record.data.target_names.len());
    for (name, metric, unit) in metrics {
        let values: Vec<f64> = records.iter().filter_map(metric).collect();
        lines.extend(Spread::of(&values).map(|spread| {
            let name = metric_name(name, targets);
            format!("{name:<20} {}", unit.spread_text(&spread))
        }));
    }
    let selections = records.first().and_then(|record| selection_label(&record.used_for_selection));
    lines.extend(selections.map(|label| format!("the validation rows were {label}")));
    lines
}
