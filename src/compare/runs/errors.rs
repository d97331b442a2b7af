//! The errors of predicted numbers on the test set: whether those of two models differ by more than chance.

use serde::Serialize;

use super::error_comparison::ErrorComparison;
use super::error_phrasing::verdict;
use super::loaded_run::LoadedRun;
use super::phrasing::other_task;
use super::same_rows::same_data;
use crate::evaluation::{NumberRow, RmseDifference, holm};
use crate::report::sanitize::{describe, short_name};

/// A run's errors compared with those of the first run.
#[derive(Debug, Serialize)]
pub struct ErrorsRow {
    /// The letter of the run.
    pub run: String,
    /// Root of the mean squared error of each target; empty if the predictions cannot be read.
    pub rmse: Vec<f64>,
    /// One for each target; none for the first run, and if the two cannot be compared.
    pub comparisons: Vec<ErrorComparison>,
    /// Why the two cannot be compared.
    pub problem: Option<String>,
}

/// Returns a row for each of at least two runs; none if the first predicts classes.
pub(super) fn rows(runs: &[LoadedRun]) -> Vec<ErrorsRow> {
    let Some((first, others)) = runs.split_first().filter(|(first, _)| first.is_regression()) else {
        return Vec::new();
    };
    let tests: Vec<Result<Vec<RmseDifference>, Option<String>>> =
        others.iter().map(|other| differences(first, other)).collect();
    let p_values: Vec<f64> = tests.iter().flatten().flatten().map(|test| test.p_value).collect();
    let mut corrected = holm(&p_values).into_iter();
    let first_problem = first.numbers.as_ref().err().map(|problem| format!("{}: {}", first.letter, describe(problem)));
    let first_row =
        ErrorsRow { run: first.letter.clone(), rmse: rmse(first), comparisons: Vec::new(), problem: first_problem };
    let row = |(other, tests): (&LoadedRun, &Result<Vec<RmseDifference>, Option<String>>)| {
        let problem = tests.as_ref().err().cloned().flatten();
        let tests = tests.as_deref().unwrap_or_default().iter().zip(&first.record.data.target_names);
        let comparisons = tests.zip(corrected.by_ref()).map(|((test, target), corrected_p_value)| {
            compared(first, other, target, *test, corrected_p_value, p_values.len())
        });
        ErrorsRow { run: other.letter.clone(), rmse: rmse(other), comparisons: comparisons.collect(), problem }
    };
    [first_row].into_iter().chain(others.iter().zip(&tests).map(row)).collect()
}

/// Compares the errors of `target`, and says what that means.
fn compared(
    first: &LoadedRun,
    other: &LoadedRun,
    target: &str,
    test: RmseDifference,
    corrected_p_value: f64,
    comparisons: usize,
) -> ErrorComparison {
    let mut comparison = ErrorComparison {
        target: target.to_string(),
        rows: first.record.data.test_rows,
        test,
        corrected_p_value,
        comparisons,
        sentence: String::new(),
        meaning: None,
    };
    let several = first.record.data.target_names.len() > 1;
    let subject = if several { format!("RMSE of {}", short_name(target)) } else { "RMSE".to_string() };
    (comparison.sentence, comparison.meaning) = verdict(&first.letter, &other.letter, &subject, &comparison);
    comparison
}

/// Returns the differences of each target, or a sentence that says why there are none. A problem of the first run alone
/// has no sentence here, since it is reported in the first row.
fn differences(first: &LoadedRun, other: &LoadedRun) -> Result<Vec<RmseDifference>, Option<String>> {
    if first.is_regression() != other.is_regression() {
        return Err(Some(other_task(&first.letter, &other.letter, other.is_regression())));
    }
    let others = other.numbers.as_ref().map_err(|problem| Some(format!("{}: {}", other.letter, describe(problem))))?;
    let firsts = first.numbers.as_ref().map_err(|_| None)?;
    if first.record.data.target_names != other.record.data.target_names {
        return Err(Some(format!("{} does not predict the same targets as {}.", other.letter, first.letter)));
    }
    if !same_data(first, other) {
        return Err(Some(format!("{} was not tested on the same rows as {}.", other.letter, first.letter)));
    }
    let same_row = |(one, other): (&NumberRow, &NumberRow)| (&one.origin, &one.truth) == (&other.origin, &other.truth);
    if firsts.len() != others.len() || !firsts.iter().zip(others).all(same_row) {
        return Err(Some(format!(
            "{}: the lines and true values in predictions/test.csv differ from those of {}, though the data is the \
             same; write both again with `burn-mlp evaluate`",
            other.letter, first.letter
        )));
    }
    let squared = |row: &NumberRow, place: usize| (row.predicted[place] - row.truth[place]).powi(2);
    let test = |place: usize| {
        let rows: Vec<(f64, f64)> =
            firsts.iter().zip(others).map(|(one, other)| (squared(one, place), squared(other, place))).collect();
        RmseDifference::new(&rows)
    };
    let tests: Option<Vec<RmseDifference>> = (0..first.record.data.target_names.len()).map(test).collect();
    tests.ok_or_else(|| {
        Some(format!("{} and {}: their errors are too large to be compared.", first.letter, other.letter))
    })
}

fn rmse(run: &LoadedRun) -> Vec<f64> {
    let is_read = run.numbers.is_ok();
    let report = run.test_numbers().filter(|_| is_read);
    report.map(|report| report.targets.iter().map(|target| target.rmse).collect()).unwrap_or_default()
}
