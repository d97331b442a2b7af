//! The true and predicted numbers of a split, checked against the evaluation of the same split.

use crate::evaluation::{NumberRow, RegressionReport};
use crate::run_directory::RunDirectory;
use crate::{Error, Result};

/// Relative difference of an RMSE computed from the file to that of the evaluation: only rounding.
const TOLERANCE: f64 = 1e-9;

/// Reads the rows of `predictions/<split>.csv`, of which `report` is the evaluation.
///
/// # Errors
/// [`Error::Run`] if the file is missing, damaged, or of another evaluation.
pub(crate) fn read_number_rows(run: &RunDirectory, split: &str, report: &RegressionReport) -> Result<Vec<NumberRow>> {
    let option = if split == "test" { String::new() } else { format!(" --split {split}") };
    let path = run.predictions_path(split)?;
    let refused =
        |problem: String| Error::run(&path, format!("{problem}; write it again with `burn-mlp evaluate{option}`"));
    let Some((header, records)) = run.read_prediction_records(split)? else {
        return Err(refused("is missing".to_string()));
    };
    let rows = NumberRow::parse(&header, &records).map_err(|problem| refused(format!("is damaged ({problem})")))?;
    if rows.len() != report.samples {
        return Err(refused(format!("has {} of {} rows", rows.len(), report.samples)));
    }
    match is_of(&rows, report) {
        true => Ok(rows),
        false => Err(refused("does not match evaluation.json".to_string())),
    }
}

/// Whether the rows have the targets of `report`, and its errors.
fn is_of(rows: &[NumberRow], report: &RegressionReport) -> bool {
    let has_all = |row: &NumberRow| row.truth.len() == report.targets.len();
    let squared = |place: usize| rows.iter().map(move |row| (row.predicted[place] - row.truth[place]).powi(2));
    let rmse = |place: usize| (squared(place).sum::<f64>() / rows.len() as f64).sqrt();
    rows.iter().all(has_all)
        && report.targets.iter().enumerate().all(|(place, target)| {
            let found = rmse(place);
            found == target.rmse || (found - target.rmse).abs() <= TOLERANCE * target.rmse
        })
}
