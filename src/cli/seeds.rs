//! `--seeds 0,1,2`: the same run from several seeds, with mean and deviation.

use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::artifact::{RunRecord, Status};
use burn_mlp::config::RunConfig;
use burn_mlp::training::StopSignal;

use super::args::TrainArgs;
use super::console::{Console, bold};
use super::format::loss;
use super::one_run::{conclude, train};

pub fn run(
    config: &RunConfig,
    args: &TrainArgs,
    seeds: &[u64],
    stop: &StopSignal,
    console: &mut Console,
) -> Result<ExitCode> {
    let mut records = Vec::new();
    for &seed in seeds {
        let config = RunConfig { seed, ..config.clone() };
        config.validate()?;
        let name = args.name.as_ref().map(|name| format!("{name}-seed{seed}"));
        console.line(bold(format!("seed {seed}")));
        let completed = train(&config, args, name, stop, console)?;
        conclude(&completed, console)?;
        console.line("");
        if completed.record.status != Status::Interrupted {
            records.push(completed.record);
        }
    }
    for line in summary(&records) {
        console.answer(line);
    }
    Ok(ExitCode::SUCCESS)
}

fn summary(records: &[RunRecord]) -> Vec<String> {
    let figures: [(&str, fn(&RunRecord) -> Option<f64>, bool); 4] = [
        ("best valid accuracy", |record| record.best.and_then(|best| best.valid_accuracy), true),
        ("best valid loss", |record| record.best.and_then(|best| best.valid_loss), false),
        ("test accuracy", |record| record.test.map(|test| test.accuracy), true),
        ("test loss", |record| record.test.map(|test| test.loss), false),
    ];
    let mut lines = vec![bold(format!("mean and standard deviation of {} seeds", records.len()))];
    for (name, figure, is_fraction) in figures {
        let values: Vec<f64> = records.iter().filter_map(figure).collect();
        if values.is_empty() {
            continue;
        }
        let (mean, deviation) = mean_and_deviation(&values);
        lines.push(match is_fraction {
            true => format!("{name:<20} {:.2} ± {:.2} %", 100.0 * mean, 100.0 * deviation),
            false => format!("{name:<20} {} ± {}", loss(mean), loss(deviation)),
        });
    }
    lines
}

/// The sample's deviation, with n - 1; 0 for a single value.
fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, if values.len() > 1 { (squares / (n - 1.0)).sqrt() } else { 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_is_the_samples() {
        assert_eq!(mean_and_deviation(&[1.0, 2.0, 3.0]), (2.0, 1.0));
        assert_eq!(mean_and_deviation(&[4.0]), (4.0, 0.0));
    }
}
