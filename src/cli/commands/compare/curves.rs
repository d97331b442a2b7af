//! Curves of the runs on a common scale, and their metrics at some epochs.

use burn_mlp::compare::runs::ComparedRun;
use burn_mlp::format::{loss, metric_name, number, percent, score};
use burn_mlp::run_directory::EpochRow;

use crate::cli::terminal::colour::{bold, dim};
use crate::cli::terminal::tables::{plain_table, right};

/// Maximum number of columns of a curve.
const MAX_WIDTH: usize = 50;

/// Ratio of the largest to the smallest value from which the scale is logarithmic.
const LOGARITHMIC_FROM: f64 = 10.0;

/// Maximum number of runs side by side in a table.
const RUNS_PER_TABLE: usize = 4;

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A metric that is drawn.
struct Metric {
    name: &'static str,
    value: fn(&EpochRow) -> Option<f64>,
    text: fn(f64) -> String,
}

const VALID: [Metric; 6] = [
    Metric { name: "valid loss", value: |row| row.valid_loss, text: loss },
    Metric { name: "valid accuracy", value: |row| row.valid_accuracy, text: percent },
    Metric { name: "valid ROC AUC", value: |row| row.valid_auc, text: score },
    Metric { name: "valid macro F1", value: |row| row.valid_f1, text: percent },
    Metric { name: "valid RMSE", value: |row| row.valid_rmse, text: number },
    Metric { name: "valid MAE", value: |row| row.valid_mae, text: number },
];

/// Used if none of the runs has validation rows.
const TRAIN: [Metric; 3] = [
    Metric { name: "train loss", value: |row| Some(row.train_loss), text: loss },
    Metric { name: "train accuracy", value: |row| row.train_accuracy, text: percent },
    Metric { name: "train RMSE", value: |row| row.train_rmse, text: number },
];

/// The curves and tables to print; empty if no run has finished an epoch.
pub fn texts(runs: &[ComparedRun]) -> Vec<String> {
    let rows = || runs.iter().flat_map(|run| &run.history);
    let Some(last) = rows().map(|row| row.epoch).max() else { return Vec::new() };
    let metrics = if rows().any(|row| row.valid_loss.is_some()) { &VALID[..] } else { &TRAIN[..] };
    let mut texts = vec![format!("\n{}", bold("curves"))];
    texts.extend(metrics.iter().flat_map(|metric| metric.curves(runs, last)));
    let chosen = chosen_epochs(last);
    let drawn: Vec<&ComparedRun> = runs.iter().filter(|run| !run.history.is_empty()).collect();
    texts.extend(drawn.chunks(RUNS_PER_TABLE).map(|runs| format!("\n{}", table(runs, metrics, &chosen))));
    texts
}

impl Metric {
    /// One line for each run, all on the same scales of values and epochs.
    fn curves(&self, runs: &[ComparedRun], last: usize) -> Vec<String> {
        let values =
            || runs.iter().flat_map(|run| &run.history).filter_map(self.value).filter(|value| value.is_finite());
        let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let is_logarithmic = low > 0.0 && high / low >= LOGARITHMIC_FROM;
        let scale = |value: f64| if is_logarithmic { value.ln() } else { value };
        let level = |value: f64| ((scale(value) - scale(low)) / (scale(high) - scale(low)) * 7.0).round() as usize;
        let block = |row: Option<&EpochRow>| match row.and_then(self.value) {
            Some(value) if value.is_finite() => BLOCKS[if high > low { level(value).min(7) } else { 0 }],
            _ => ' ',
        };
        let columns = last.min(MAX_WIDTH);
        let curve = |(index, run): (usize, &ComparedRun)| {
            let at = |column: usize| run.history.iter().find(|row| row.epoch == column * last / columns + 1);
            let drawn: String = (0..columns).map(|column| block(at(column))).collect();
            let name = if index == 0 { self.shown_name(runs.iter()) } else { String::new() };
            let scale = if index == 0 && is_logarithmic { ", logarithmic" } else { "" };
            Some(format!("{name:<15} {:<2} {drawn}  {}", run.letter, dim(format!("{}{scale}", self.ends(run)?))))
        };
        runs.iter().enumerate().filter_map(curve).collect()
    }

    /// The name, as the run with most targets has it.
    fn shown_name<'r>(&self, runs: impl Iterator<Item = &'r ComparedRun>) -> String {
        metric_name(self.name, runs.map(|run| run.record.data.target_names.len()).max().unwrap_or_default())
    }

    /// "0.8998 to 0.0930": the first and the last value.
    fn ends(&self, run: &ComparedRun) -> Option<String> {
        let mut values = run.history.iter().filter_map(self.value);
        let first = values.next()?;
        Some(format!("{} to {}", (self.text)(first), (self.text)(values.next_back().unwrap_or(first))))
    }
}

/// 1, 2, 5, 10, 20, 50, ... and the last.
fn chosen_epochs(last: usize) -> Vec<usize> {
    let powers = std::iter::successors(Some(1_usize), |power| power.checked_mul(10));
    let round = powers.flat_map(|power| [1, 2, 5].map(|digit| power.saturating_mul(digit)));
    round.take_while(|&epoch| epoch < last).chain([last]).collect()
}

fn table(runs: &[&ComparedRun], metrics: &[Metric], chosen: &[usize]) -> String {
    let mut table = plain_table();
    // Accuracy or RMSE and what was watched, as the runs have it.
    let is_there = |metric: &&Metric| runs.iter().flat_map(|run| &run.history).any(|row| (metric.value)(row).is_some());
    let metrics: Vec<&Metric> = metrics.iter().filter(is_there).collect();
    let heading = |run: &ComparedRun, metric: &Metric| {
        let name = metric.name.rsplit(' ').next().unwrap_or_default();
        right(format!("{} {}", run.letter, metric_name(name, run.record.data.target_names.len())))
    };
    let headings = runs.iter().flat_map(|run| metrics.iter().map(|metric| heading(run, metric)));
    table.set_header([right("epoch")].into_iter().chain(headings));
    for &epoch in chosen {
        let cells = runs.iter().flat_map(|run| {
            let row = run.history.iter().find(|row| row.epoch == epoch);
            metrics.iter().map(move |metric| right(row.and_then(metric.value).map_or("-".to_string(), metric.text)))
        });
        table.add_row([right(epoch)].into_iter().chain(cells));
    }
    table.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_epochs_are_chosen_and_the_last_is_one_of_them() {
        assert_eq!(chosen_epochs(1), [1]);
        assert_eq!(chosen_epochs(50), [1, 2, 5, 10, 20, 50]);
        assert_eq!(chosen_epochs(57), [1, 2, 5, 10, 20, 50, 57]);
    }
}
