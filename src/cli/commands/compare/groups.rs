//! `burn-mlp compare GROUP GROUP...`: cross-validations, fold by fold.

use burn_mlp::compare::groups::{GroupComparison, TestedMetric};
use burn_mlp::compare::runs::{p_value, settings_sentence};
use burn_mlp::evaluation::MetricUnit;
use burn_mlp::text::printable;
use comfy_table::Cell;

use super::runs::show_differing;
use crate::cli::terminal::colour::{bold, yellow};
use crate::cli::terminal::console::Console;
use crate::cli::terminal::tables::{plain_table, right, trimmed};

pub fn show(comparison: &GroupComparison, console: &mut Console) {
    let mut table = plain_table();
    for group in &comparison.groups {
        let record = &group.record;
        table.add_row([
            Cell::new(&group.letter),
            Cell::new(printable(&group.name)),
            Cell::new(format!("{} runs {}", group.finished, record.status)),
            Cell::new(printable(&record.data.source)),
            Cell::new(record.network()),
            Cell::new(printable(&record.backend)),
        ]);
    }
    console.result(trimmed(&table));
    for problem in &comparison.problems {
        console.result(yellow(printable(problem)));
    }
    let letters: Vec<&str> = comparison.groups.iter().map(|group| group.letter.as_str()).collect();
    console.result(format!("\n{}", bold("settings")));
    show_differing("setting", &letters, &comparison.settings.differing, console);
    console.result(settings_sentence(&comparison.settings));
    console.result(format!("\n{}", bold("mean and standard deviation over the held-out folds")));
    for (index, letter) in letters.iter().enumerate().skip(1) {
        let between = if index > 1 { "\n" } else { "" };
        console.result(format!("{between}{}", metrics(&comparison.metrics, letters[0], letter, index)));
    }
    console.result("");
    for note in &comparison.notes {
        console.result(printable(note));
    }
}

/// The first group's values beside those of the one at `index`, with the difference and its test.
fn metrics(metrics: &[TestedMetric], first: &str, other: &str, index: usize) -> String {
    let mut table = plain_table();
    let difference = format!("{other} - {first}");
    let is_corrected = metrics.iter().any(|metric| metric.tests.len() > 2);
    let p = if is_corrected { "p, Holm" } else { "p" };
    let names = [first, other, &difference, "95 % interval", p].map(right);
    table.set_header([Cell::new("metric")].into_iter().chain(names));
    for metric in metrics {
        let spread = |group: usize| {
            metric.spreads[group].as_ref().map_or("-".to_string(), |spread| metric.unit.spread_text(spread))
        };
        let [difference, interval, p] = match &metric.tests[index] {
            None => ["-", "-", "-"].map(String::from),
            Some(tested) => {
                let [low, high] = tested.test.interval.map(|end| signed(metric.unit, end));
                let difference = signed(metric.unit, tested.test.difference);
                [difference, format!("{low} to {high}"), p_value(tested.corrected_p_value)]
            }
        };
        let cells = [spread(0), spread(index), difference, interval, p].map(right);
        table.add_row([Cell::new(printable(&metric.name))].into_iter().chain(cells));
    }
    trimmed(&table)
}

/// "+0.40" with the metric's decimals; the unit of a share is points.
fn signed(unit: MetricUnit, value: f64) -> String {
    let text = unit.text(value.abs());
    let sign = if value < 0.0 { '-' } else { '+' };
    format!("{sign}{}", text.trim_end_matches(" %"))
}
