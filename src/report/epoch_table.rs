//! Every epoch's figures as a table: what the charts draw, for who cannot see them or wants the digits.

use super::curves::{SHOWN_EPOCHS, thinned};
use super::marks::Marks;
use crate::format::{count, loss, percent, rate, seconds};
use crate::run_directory::EpochRow;

/// One row of the table, in words.
#[derive(Debug, PartialEq)]
pub(super) struct EpochCells {
    pub epoch: usize,
    pub cells: Vec<String>,
    pub marks: String,
}

/// The table.
#[derive(Debug)]
pub(super) struct EpochTable {
    pub has_valid: bool,
    pub has_l2: bool,
    pub rows: Vec<EpochCells>,
    /// Said where rows are left out.
    pub note: Option<String>,
}

impl EpochTable {
    pub fn new(history: &[EpochRow], marks: &Marks) -> Self {
        let has_valid = history.iter().any(|row| row.valid_loss.is_some());
        let has_l2 = history.iter().any(|row| row.l2_term != 0.0);
        let shown = thinned(history, marks, SHOWN_EPOCHS);
        let note = (shown.len() < history.len())
            .then(|| format!("{} of {} epochs; metrics.csv holds all.", count(shown.len()), count(history.len())));
        let rows = shown.iter().map(|row| EpochCells {
            epoch: row.epoch,
            cells: cells(row, has_valid, has_l2),
            marks: marks.at(row.epoch).join(", "),
        });
        Self { has_valid, has_l2, rows: rows.collect(), note }
    }
}

fn cells(row: &EpochRow, has_valid: bool, has_l2: bool) -> Vec<String> {
    let or_dash = |value: Option<f64>, text: fn(f64) -> String| value.map_or("–".to_string(), text);
    let mut cells = vec![rate(row.learning_rate), loss(row.train_loss), percent(row.train_accuracy)];
    if has_valid {
        cells.extend([or_dash(row.valid_loss, loss), or_dash(row.valid_accuracy, percent)]);
    }
    if has_l2 {
        cells.push(loss(row.l2_term));
    }
    cells.extend([seconds(row.seconds), count(row.samples_per_second as usize)]);
    cells
}
