//! The metrics of every epoch as a table: what the charts show, with all digits.

use super::annotations::Annotations;
use super::chart::thin;
use crate::config::Monitor;
use crate::format::{count, deviations_note, loss, metric_name, number, percent, rate, seconds};
use crate::run_directory::{EpochMetrics, EpochRow};

/// Rows of the table; more are thinned out.
const MAX_ROWS: usize = 600;

/// The table.
#[derive(Debug)]
pub(super) struct EpochTable {
    pub has_valid: bool,
    pub has_l2: bool,
    /// The metric beside the loss.
    pub metric: String,
    /// Metrics of the validation rows that were watched besides.
    pub watched: Vec<String>,
    /// Explains errors over several targets.
    pub deviations: Option<&'static str>,
    pub rows: Vec<EpochCells>,
    /// Says that rows are left out, if any are.
    pub note: Option<String>,
}

/// The formatted values of one epoch.
#[derive(Debug, PartialEq)]
pub(super) struct EpochCells {
    pub epoch: usize,
    pub cells: Vec<String>,
    pub annotations: String,
}

impl EpochTable {
    /// `targets` is the number of numbers that are predicted; 0 in classification.
    pub fn new(history: &[EpochRow], annotations: &Annotations, targets: usize) -> Self {
        let has_valid = history.iter().any(|row| row.valid_loss.is_some());
        let has_l2 = history.iter().any(|row| row.l2_term != 0.0);
        let has = |monitor: &Monitor| history.iter().any(|row| EpochMetrics::from(row).value(*monitor).is_some());
        let watched: Vec<Monitor> = Monitor::ON_DEMAND.into_iter().filter(has).collect();
        let shown = thin(history, MAX_ROWS, |row| !annotations.at(row.epoch).is_empty());
        let rows: Vec<EpochCells> = shown
            .map(|row| EpochCells {
                epoch: row.epoch,
                cells: cells(row, has_valid, &watched, has_l2),
                annotations: annotations.at(row.epoch).join(", "),
            })
            .collect();
        let note = (rows.len() < history.len())
            .then(|| format!("{} of {} epochs; metrics.csv has all of them.", count(rows.len()), count(history.len())));
        let is_regression = history.iter().any(|row| row.train_rmse.is_some());
        let metric = if is_regression { metric_name("RMSE", targets) } else { "accuracy".to_string() };
        let watched = watched.into_iter().map(|monitor| metric_name(monitor.metric(), targets)).collect();
        Self { has_valid, has_l2, metric, watched, deviations: deviations_note(targets), rows, note }
    }
}

fn cells(row: &EpochRow, has_valid: bool, watched: &[Monitor], has_l2: bool) -> Vec<String> {
    let or_dash = |value: Option<f64>, format: fn(f64) -> String| value.map_or("–".to_string(), format);
    let metric = |accuracy: Option<f64>, rmse: Option<f64>| rmse.map_or_else(|| or_dash(accuracy, percent), number);
    let train = metric(row.train_accuracy, row.train_rmse);
    let mut cells = vec![rate(row.learning_rate), loss(row.train_loss), train];
    if has_valid {
        cells.extend([or_dash(row.valid_loss, loss), metric(row.valid_accuracy, row.valid_rmse)]);
    }
    let value = |monitor: &Monitor| EpochMetrics::from(row).value(*monitor).map(|value| monitor.format(value));
    cells.extend(watched.iter().map(|monitor| value(monitor).unwrap_or("–".to_string())));
    if has_l2 {
        cells.push(loss(row.l2_term));
    }
    cells.extend([seconds(row.seconds), or_dash(row.samples_per_second, |speed| count(speed as usize))]);
    cells
}
