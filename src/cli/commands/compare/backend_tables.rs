//! Tables of a comparison of backends.

use burn_mlp::bench::Spread;
use burn_mlp::compare::backends::{BackendMetrics, BackendOutcome, BackendRow, Comparison, Speed, Verdict};
use burn_mlp::format::{count, megabytes, percent, rounded, seconds};
use burn_mlp::text::printable;
use comfy_table::Cell;

use crate::cli::terminal::colour::{green, red, yellow};
use crate::cli::terminal::tables::{plain_table, right, trimmed};

/// One row for each backend that ran, then the tolerances.
pub fn agreement_table(comparison: &Comparison) -> String {
    let mut table = plain_table();
    let columns = ["gradients", "exact", "loss after 1", "10", "100 steps", "weights", "predictions"];
    table.set_header([Cell::new("backend")].into_iter().chain(columns.map(right)).chain([Cell::new("verdict")]));
    for (name, ran) in finished(comparison) {
        let cells = agreement_cells(ran, comparison.valid_rows).map(right);
        table.add_row([Cell::new(name)].into_iter().chain(cells).chain([Cell::new(verdict(&ran.agreement.verdict))]));
    }
    let tolerances = comparison.loss_tolerances.map(|mark| format!("{:e}", mark.tolerance));
    let gradient = format!("{:e}", comparison.gradient_tolerance);
    let limits = [gradient.clone(), gradient].into_iter().chain(tolerances).map(right);
    table.add_row([Cell::new("at most")].into_iter().chain(limits));
    trimmed(&table)
}

fn finished(comparison: &Comparison) -> impl Iterator<Item = (&str, &BackendMetrics)> {
    comparison.backends.iter().filter_map(|row| row.metrics().map(|ran| (row.backend.as_str(), ran)))
}

fn agreement_cells(ran: &BackendMetrics, valid_rows: usize) -> [String; 7] {
    let agreement = &ran.agreement;
    if agreement.verdict == Verdict::Reference {
        return [
            "-".to_string(),
            difference(ran.exact_error),
            "-".into(),
            "-".into(),
            "-".into(),
            "-".into(),
            "-".into(),
        ];
    }
    let [one, ten, hundred] = agreement.losses.map(|loss| loss.map_or_else(|| "-".to_string(), difference));
    let predictions = match valid_rows {
        0 => "-".to_string(),
        rows => format!("{} of {}", count(agreement.predictions_that_differ), count(rows)),
    };
    let weights = difference(agreement.weights);
    [difference(agreement.gradients), difference(ran.exact_error), one, ten, hundred, weights, predictions]
}

fn difference(value: f64) -> String {
    match value == 0.0 {
        true => "0".to_string(),
        false => format!("{value:.1e}"),
    }
}

fn verdict(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Reference => "reference".to_string(),
        Verdict::Agrees => green("agrees"),
        Verdict::Differs { first } => format!("{} in the {first}", red("differs")),
    }
}

/// "speed over the 10 epochs after the first".
pub fn speed_heading(comparison: &Comparison) -> String {
    let repeats = finished(comparison).next().map_or(0, |(_, ran)| ran.speed.repeats);
    match repeats {
        1 => "speed in the 1 epoch after the first".to_string(),
        repeats => format!("speed over the {} epochs after the first", count(repeats)),
    }
}

/// One row for each backend that ran.
pub fn speed_table(comparison: &Comparison) -> String {
    let mut table = plain_table();
    // Rounded, since 100 * 0.95 need not be exactly 95.
    let target = format!("to {} %", (1e4 * comparison.target_accuracy).round() / 100.0);
    let mut columns = vec!["warm-up", "epoch", "samples/s", "slowest-fastest", "memory", "on device"];
    // Numbers have no accuracy to reach.
    columns.extend((!comparison.is_regression).then_some(target.as_str()));
    let header = columns.iter().map(right);
    table.set_header([Cell::new("backend")].into_iter().chain(header).chain([Cell::new("device")]));
    for (name, ran) in finished(comparison) {
        let software = if ran.software { yellow(" (a software rasteriser)") } else { String::new() };
        let device = Cell::new(format!("{}{software}", printable(&ran.device)));
        let cells = speed_cells(&ran.speed).into_iter().take(columns.len()).map(right);
        table.add_row([Cell::new(name)].into_iter().chain(cells).chain([device]));
    }
    trimmed(&table)
}

fn speed_cells(speed: &Speed) -> [String; 7] {
    let Spread { median, least, most, .. } = speed.samples_per_second;
    let target = match (speed.seconds_to_target, speed.best_valid_accuracy) {
        (Some(time), _) => seconds(time),
        (None, Some(best)) => format!("not reached ({})", percent(best)),
        (None, None) => "-".to_string(),
    };
    let bytes = |bytes: Option<u64>| bytes.map_or_else(|| "-".to_string(), megabytes);
    [
        seconds(speed.warm_up_seconds),
        seconds(speed.epoch_seconds.median),
        rounded(median),
        format!("{}-{}", rounded(least), rounded(most)),
        bytes(speed.peak_memory_bytes),
        bytes(speed.device_memory_bytes),
        target,
    ]
}

/// One line for each backend without a result.
pub fn failures(comparison: &Comparison) -> Vec<String> {
    let failure = |row: &BackendRow| match &row.outcome {
        BackendOutcome::Ran(_) => None,
        BackendOutcome::Failed { reason } => {
            Some(format!("{:<8} {}: {}", row.backend, red("failed"), printable(reason)))
        }
    };
    comparison.backends.iter().filter_map(failure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_short_and_show_infinity_and_nan() {
        assert_eq!(difference(0.0), "0");
        assert_eq!(difference(1.234e-7), "1.2e-7");
        assert_eq!(difference(f64::INFINITY), "inf");
        assert_eq!(difference(f64::NAN), "NaN");
    }
}
