//! The runs' curves on one scale, and their figures at chosen epochs.

use burn_mlp::artifact::EpochRow;
use burn_mlp::compare::runs::ComparedRun;

use super::super::console::{bold, dim};
use super::super::format::{loss, percent};
use super::super::tables::{plain_table, right};

/// Columns of a curve.
const WIDTH: usize = 50;

/// Largest to smallest loss from which the scale is logarithmic.
const WIDE: f64 = 10.0;

/// Runs in one table.
const RUNS_IN_A_TABLE: usize = 4;

const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A figure that is drawn.
struct Figure {
    name: &'static str,
    value: fn(&EpochRow) -> Option<f64>,
    text: fn(f64) -> String,
}

const VALID: [Figure; 2] = [
    Figure { name: "valid loss", value: |row| row.valid_loss, text: loss },
    Figure { name: "valid accuracy", value: |row| row.valid_accuracy, text: percent },
];

/// For runs that all have no validation part.
const TRAIN: [Figure; 2] = [
    Figure { name: "train loss", value: |row| Some(row.train_loss), text: loss },
    Figure { name: "train accuracy", value: |row| Some(row.train_accuracy), text: percent },
];

/// What is printed of the curves; nothing where no run has an epoch.
pub fn texts(runs: &[ComparedRun]) -> Vec<String> {
    let rows = || runs.iter().flat_map(|run| &run.history);
    let Some(last) = rows().map(|row| row.epoch).max() else { return Vec::new() };
    let figures = if rows().any(|row| row.valid_loss.is_some()) { VALID } else { TRAIN };
    let mut texts = vec![format!("\n{}", bold("curves"))];
    texts.extend(figures.iter().flat_map(|figure| figure.curves(runs, last)));
    let chosen = chosen_epochs(last);
    let drawn: Vec<&ComparedRun> = runs.iter().filter(|run| !run.history.is_empty()).collect();
    texts.extend(drawn.chunks(RUNS_IN_A_TABLE).map(|runs| format!("\n{}", table(runs, &figures, &chosen))));
    texts
}

impl Figure {
    /// A line for each run, all on one scale of values and of epochs.
    fn curves(&self, runs: &[ComparedRun], last: usize) -> Vec<String> {
        let values =
            || runs.iter().flat_map(|run| &run.history).filter_map(self.value).filter(|value| value.is_finite());
        let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let is_logarithmic = low > 0.0 && high / low >= WIDE;
        let scale = |value: f64| if is_logarithmic { value.ln() } else { value };
        let level = |value: f64| ((scale(value) - scale(low)) / (scale(high) - scale(low)) * 7.0).round() as usize;
        let block = |row: Option<&EpochRow>| match row.and_then(self.value) {
            Some(value) if value.is_finite() => BLOCKS[if high > low { level(value).min(7) } else { 0 }],
            _ => ' ',
        };
        let columns = last.min(WIDTH);
        let curve = |(index, run): (usize, &ComparedRun)| {
            let at = |column: usize| run.history.iter().find(|row| row.epoch == column * last / columns + 1);
            let drawn: String = (0..columns).map(|column| block(at(column))).collect();
            let name = if index == 0 { self.name } else { "" };
            let scale = if index == 0 && is_logarithmic { ", logarithmic" } else { "" };
            Some(format!("{name:<15} {:<2} {drawn}  {}", run.letter, dim(format!("{}{scale}", self.ends(run)?))))
        };
        runs.iter().enumerate().filter_map(curve).collect()
    }

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

fn table(runs: &[&ComparedRun], figures: &[Figure; 2], chosen: &[usize]) -> String {
    let mut table = plain_table();
    let headings = |run: &&ComparedRun| ["loss", "accuracy"].map(|name| right(format!("{} {name}", run.letter)));
    table.set_header([right("epoch")].into_iter().chain(runs.iter().flat_map(headings)));
    for &epoch in chosen {
        let cells = runs.iter().flat_map(|run| {
            let row = run.history.iter().find(|row| row.epoch == epoch);
            figures.iter().map(move |figure| right(row.and_then(figure.value).map_or("-".to_string(), figure.text)))
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
