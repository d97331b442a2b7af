//! The table of errors on the page.

use super::error_comparison::ErrorComparison;
use super::errors::ErrorsRow;
use super::phrasing::{NO_VALUE, p_value};
use crate::format::{count, number};
use crate::report::sanitize::short_name;

/// The table of errors.
pub(super) struct ErrorsView {
    pub rows: Vec<ErrorView>,
    pub has_several_targets: bool,
    pub is_corrected: bool,
    /// "10,000"; empty if nothing is compared.
    pub resamples: String,
}

/// A target of a run.
pub(super) struct ErrorView {
    pub run: String,
    /// Empty if it is not known.
    pub target: String,
    pub rmse: String,
    /// Difference, interval, p and corrected p; empty for the first run, and if the two cannot be compared.
    pub cells: Vec<String>,
}

impl ErrorsView {
    pub fn new(rows: &[ErrorsRow]) -> Self {
        let tests = || rows.iter().flat_map(|row| &row.comparisons);
        let names: Vec<&str> = match rows.iter().find(|row| !row.comparisons.is_empty()) {
            Some(row) => row.comparisons.iter().map(|test| test.target.as_str()).collect(),
            None => Vec::new(),
        };
        let is_corrected = tests().any(|test| test.comparisons > 1);
        Self {
            rows: rows.iter().flat_map(|row| ErrorView::of_run(row, &names, is_corrected)).collect(),
            has_several_targets: names.len() > 1,
            is_corrected,
            resamples: tests().map(|test| count(test.test.resamples)).next().unwrap_or_default(),
        }
    }
}

impl ErrorView {
    fn of_run(row: &ErrorsRow, names: &[&str], is_corrected: bool) -> Vec<Self> {
        let view = |place: usize| Self {
            run: row.run.clone(),
            target: names.get(place).map(|name| short_name(name)).unwrap_or_default(),
            rmse: row.rmse.get(place).map_or(NO_VALUE.to_string(), |rmse| number(*rmse)),
            cells: row.comparisons.get(place).map(|test| cells(test, is_corrected)).unwrap_or_default(),
        };
        (0..row.rmse.len().max(1)).map(view).collect()
    }
}

fn cells(comparison: &ErrorComparison, is_corrected: bool) -> Vec<String> {
    let test = &comparison.test;
    let minus = |value: f64| number(value).replace('-', "\u{2212}");
    let interval = format!("{} to {}", minus(test.interval[0]), minus(test.interval[1]));
    let mut cells = vec![minus(test.difference), interval, p_value(test.p_value)];
    cells.extend(is_corrected.then(|| p_value(comparison.corrected_p_value)));
    cells
}
