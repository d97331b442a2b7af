//! `--seeds 0,1,2`: the same run from several seeds, with mean and deviation.

use std::process::ExitCode;

use burn_mlp::artifact::RunRecord;
use burn_mlp::config::RunConfig;
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};

use super::args::TrainArgs;
use super::console::{Console, bold};
use super::format::{loss, percent};
use super::one_run::{conclude, train};

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

pub fn run(
    config: &RunConfig,
    args: &TrainArgs,
    seeds: &[u64],
    stop: &StopSignal,
    console: &mut Console,
) -> Result<ExitCode> {
    let planned = plan(config, args, seeds)?;
    let mut records = Vec::new();
    for (config, name) in planned {
        console.leave_log();
        console.line(bold(format!("seed {}", config.seed)));
        let completed = train(&config, args, name, stop, console)?;
        conclude(&config, &completed, console)?;
        console.line("");
        records.push(completed.record);
    }
    console.leave_log();
    for line in summary(&records) {
        console.answer(line);
    }
    Ok(ExitCode::SUCCESS)
}

/// Each run's configuration and name. What would stop a later run is told before the first starts.
fn plan(config: &RunConfig, args: &TrainArgs, seeds: &[u64]) -> Result<Vec<(RunConfig, Option<String>)>> {
    let mut planned = Vec::new();
    for (index, &seed) in seeds.iter().enumerate() {
        if seeds[..index].contains(&seed) {
            return Err(Error::config("--seeds", format!("{seed} is given twice; give each seed once")));
        }
        let config = RunConfig { seed, ..config.clone() };
        config.validate()?;
        let name = args.name.as_ref().map(|name| format!("{name}-seed{seed}"));
        let directory = name.as_ref().map(|name| args.place.out.join(name));
        if let Some(taken) = directory.filter(|directory| directory.exists()) {
            return Err(Error::run(taken, "is already there and is not overwritten; give another --name"));
        }
        planned.push((config, name));
    }
    Ok(planned)
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
