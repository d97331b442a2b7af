//! `--seeds 0,1,2`: trains the same run with several seeds and prints mean and deviation.

use std::process::ExitCode;

use burn_mlp::config::{Layers, RunConfig};
use burn_mlp::format::{loss, number, percent, shell_word};
use burn_mlp::pipeline::{self, Completed};
use burn_mlp::run_directory::{RunDirectory, RunRecord};
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};

use super::args::TrainArgs;
use super::seeds::Seeds;
use super::single_run::{conclude, resume, train};
use crate::cli::process::signals;
use crate::cli::terminal::colour::bold;
use crate::cli::terminal::console::Console;

pub fn run(seeds: &Seeds, args: &TrainArgs, stop: &StopSignal, console: &mut Console) -> Result<ExitCode> {
    let planned = match study_to_resume(args)? {
        None => plan_new(&args.settings.resolve(args.layers(Layers::new()), console)?, seeds, args)?,
        Some(study) => plan_resumed(study, seeds, args, console)?,
    };
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
            Self::New(_, name) => train(&config, args, name, stop, console)?,
            Self::Started(_, run) => resume(&config, args, run, stop, console)?,
        };
        conclude(&config, &completed, args, console)?;
        Ok(completed)
    }
}

/// The name of the study to resume, with which the names of its runs start.
fn study_to_resume(args: &TrainArgs) -> Result<Option<&str>> {
    let Some(study) = &args.resume else { return Ok(None) };
    let not_a_name = || Error::config("--resume", "is not a name; with --seeds, give the --name of the study");
    study.to_str().map(Some).ok_or_else(not_a_name)
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

/// Formats a metric in its unit.
type Format = fn(f64) -> String;

fn summary(records: &[RunRecord]) -> Vec<String> {
    let metrics: [(&str, Metric, Format); 6] = [
        ("best valid accuracy", |record| record.best.and_then(|best| best.valid_accuracy), percent),
        ("best valid RMSE", |record| record.best.and_then(|best| best.valid_rmse), number),
        ("best valid loss", |record| record.best.and_then(|best| best.valid_loss), loss),
        ("test accuracy", |record| record.test.and_then(|test| test.accuracy), percent),
        ("test RMSE", |record| record.test.and_then(|test| test.rmse), number),
        ("test loss", |record| record.test.map(|test| test.loss), loss),
    ];
    let heading = match records.len() {
        1 => "metrics of 1 seed".to_string(),
        several => format!("mean and standard deviation of {several} seeds"),
    };
    let mut lines = vec![bold(heading)];
    for (name, metric, format) in metrics {
        let values: Vec<f64> = records.iter().filter_map(metric).collect();
        let text = match mean_and_deviation(&values) {
            None => continue,
            Some((mean, None)) => format(mean),
            // The unit is said once.
            Some((mean, Some(deviation))) => {
                format!("{} ± {}", format(mean).trim_end_matches(" %"), format(deviation))
            }
        };
        lines.push(format!("{name:<20} {text}"));
    }
    lines
}

/// Mean and sample standard deviation (n - 1); a single value has no deviation.
fn mean_and_deviation(values: &[f64]) -> Option<(f64, Option<f64>)> {
    if values.is_empty() {
        return None;
    }
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    Some((mean, (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_is_that_of_a_sample() {
        assert_eq!(mean_and_deviation(&[1.0, 2.0, 3.0]), Some((2.0, Some(1.0))));
        assert_eq!(mean_and_deviation(&[4.0]), Some((4.0, None)));
        assert_eq!(mean_and_deviation(&[]), None);
    }
}
