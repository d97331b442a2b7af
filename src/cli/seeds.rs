//! `--seeds 0,1,2`: the same run from several seeds, with mean and deviation.

use std::process::ExitCode;

use burn_mlp::artifact::{RunDirectory, RunRecord};
use burn_mlp::config::{Layers, RunConfig};
use burn_mlp::pipeline::{self, Completed};
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};

use super::console::{Console, bold};
use super::format::{loss, percent, shell_word};
use super::one_run::{conclude, resume, train};
use super::signals;
use super::train::TrainArgs;

/// Reads `0,1,2`.
pub fn parse(list: &str) -> Result<Vec<u64>> {
    let seed = |text: &str| {
        // TOML, in which a run keeps its seed, has no larger numbers.
        let seed = text.trim().parse().ok().filter(|&seed| i64::try_from(seed).is_ok());
        seed.ok_or_else(|| {
            let problem = format!("expected whole numbers from 0 to {} as in 0,1,2, found {text:?}", i64::MAX);
            Error::config("--seeds", problem)
        })
    };
    list.split(',').map(seed).collect()
}

pub fn run(seeds: &[u64], args: &TrainArgs, stop: &StopSignal, console: &mut Console) -> Result<ExitCode> {
    check_distinct(seeds)?;
    let planned = match study_to_resume(args)? {
        None => plan(&args.settings.resolve(Layers::new())?, seeds, args)?,
        Some(study) => plan_rest(study, seeds, args)?,
    };
    signals::listen(stop);
    let mut records = Vec::new();
    for planned in planned {
        console.leave_log();
        let completed = planned.train(args, stop, console).map_err(|error| with_all_seeds(error, seeds, args))?;
        console.line("");
        records.push(completed.record);
    }
    console.leave_log();
    for line in summary(&records) {
        console.answer(line);
    }
    Ok(ExitCode::SUCCESS)
}

/// One seed's run.
enum Planned {
    New(RunConfig, Option<String>),
    Begun(RunConfig, RunDirectory),
}

impl Planned {
    fn train(self, args: &TrainArgs, stop: &StopSignal, console: &mut Console) -> Result<Completed> {
        let (Self::New(config, _) | Self::Begun(config, _)) = &self;
        let config = config.clone();
        console.line(bold(format!("seed {}", config.seed)));
        let completed = match self {
            Self::New(_, name) => train(&config, args, name, stop, console)?,
            Self::Begun(_, run) => resume(&config, args, run, stop, console)?,
        };
        conclude(&config, &completed, args, console)?;
        Ok(completed)
    }
}

/// The name that the runs of a study begin with.
fn study_to_resume(args: &TrainArgs) -> Result<Option<&str>> {
    let Some(study) = &args.resume else { return Ok(None) };
    let no_name = || Error::config("--resume", "is no name; with --seeds give the name that --name gave the study");
    study.to_str().map(Some).ok_or_else(no_name)
}

fn check_distinct(seeds: &[u64]) -> Result<()> {
    match seeds.iter().enumerate().find(|(index, seed)| seeds[..*index].contains(seed)) {
        Some((_, seed)) => Err(Error::config("--seeds", format!("{seed} is given twice; give each seed once"))),
        None => Ok(()),
    }
}

fn name_of(study: &str, seed: u64) -> String {
    format!("{study}-seed{seed}")
}

/// New runs. What would stop a later one is told before the first starts.
fn plan(config: &RunConfig, seeds: &[u64], args: &TrainArgs) -> Result<Vec<Planned>> {
    let mut planned = Vec::new();
    for &seed in seeds {
        let config = RunConfig { seed, ..config.clone() };
        config.validate()?;
        let name = args.name.as_ref().map(|name| name_of(name, seed));
        let directory = name.as_ref().map(|name| args.place.out.join(name));
        if let Some(taken) = directory.filter(|directory| directory.exists()) {
            let problem = "is already there and is not overwritten; give another --name, or go on with --resume NAME";
            return Err(Error::run(taken, problem));
        }
        planned.push(Planned::New(config, name));
    }
    Ok(planned)
}

/// The runs of a study that was broken off: those that were begun go on, the others get the settings of the first.
fn plan_rest(study: &str, seeds: &[u64], args: &TrainArgs) -> Result<Vec<Planned>> {
    let path = |seed: u64| args.place.out.join(name_of(study, seed));
    let begun = |seed: u64| path(seed).exists().then(|| RunDirectory::open(&path(seed))).transpose();
    let Some(&first) = seeds.iter().find(|&&seed| path(seed).exists()) else {
        let problem = "there is no such run of any of these seeds; begin with --name in place of --resume";
        return Err(Error::run(path(seeds[0]), problem));
    };
    let template = pipeline::configuration(&RunDirectory::open(&path(first))?)?;
    let mut planned = Vec::new();
    for &seed in seeds {
        let common = RunConfig { seed, ..template.clone() };
        let run = begun(seed)?;
        let own = run.as_ref().map_or(Ok(common.clone()), pipeline::configuration)?;
        let config = args.settings.resolve(Layers::from_config(own))?;
        // Means over runs with different settings would say nothing.
        config.check_resume(&common)?;
        planned.push(match run {
            Some(run) => Planned::Begun(config, run),
            None => Planned::New(config, Some(name_of(study, seed))),
        });
    }
    Ok(planned)
}

/// An interruption with the command that goes on with all seeds.
fn with_all_seeds(error: Error, seeds: &[u64], args: &TrainArgs) -> Error {
    let study = args.name.as_deref().or(args.resume.as_ref().and_then(|study| study.to_str()));
    match (error, study) {
        // Without any seed's run there is nothing to resume.
        (Error::Interrupted(how), Some(study))
            if seeds.iter().any(|&seed| args.place.out.join(name_of(study, seed)).exists()) =>
        {
            let list = seeds.iter().map(u64::to_string).collect::<Vec<_>>().join(",");
            let (study, out) = (shell_word(study), shell_word(&args.place.out.to_string_lossy()));
            let outputs = if args.tensorboard { " --tensorboard" } else { "" };
            let command = format!("burn-mlp --resume {study} --seeds {list} --out {out}{outputs}");
            Error::Interrupted(format!("{how}; for all seeds: {command}"))
        }
        (error, _) => error,
    }
}

/// Reads a figure that a run may not have.
type Figure = fn(&RunRecord) -> Option<f64>;

fn summary(records: &[RunRecord]) -> Vec<String> {
    let figures: [(&str, Figure, bool); 4] = [
        ("best valid accuracy", |record| record.best.and_then(|best| best.valid_accuracy), true),
        ("best valid loss", |record| record.best.and_then(|best| best.valid_loss), false),
        ("test accuracy", |record| record.test.map(|test| test.accuracy), true),
        ("test loss", |record| record.test.map(|test| test.loss), false),
    ];
    let heading = match records.len() {
        1 => "figures of 1 seed".to_string(),
        several => format!("mean and standard deviation of {several} seeds"),
    };
    let mut lines = vec![bold(heading)];
    for (name, figure, is_fraction) in figures {
        let values: Vec<f64> = records.iter().filter_map(figure).collect();
        let figure = match (mean_and_deviation(&values), is_fraction) {
            (None, _) => continue,
            (Some((mean, None)), true) => percent(mean),
            (Some((mean, None)), false) => loss(mean),
            (Some((mean, Some(deviation))), true) => format!("{:.2} ± {:.2} %", 100.0 * mean, 100.0 * deviation),
            (Some((mean, Some(deviation))), false) => format!("{} ± {}", loss(mean), loss(deviation)),
        };
        lines.push(format!("{name:<20} {figure}"));
    }
    lines
}

/// The sample's deviation, with n - 1; a single value has none.
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
    fn seeds_are_whole_numbers_with_commas_between() {
        assert_eq!(parse("0, 7,9223372036854775807").unwrap(), [0, 7, i64::MAX as u64]);
        for wrong in ["", ",", "1,", "-1", "1.5", "one", "9223372036854775808"] {
            let error = parse(wrong).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().starts_with("--seeds: expected whole numbers from 0 to"), "{error}");
        }
    }

    #[test]
    fn the_deviation_is_the_samples() {
        assert_eq!(mean_and_deviation(&[1.0, 2.0, 3.0]), Some((2.0, Some(1.0))));
        assert_eq!(mean_and_deviation(&[4.0]), Some((4.0, None)));
        assert_eq!(mean_and_deviation(&[]), None);
    }
}
