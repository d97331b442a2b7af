//! The models' mistakes on the test set, row by row: which are shared, and which one model makes
//! alone.

use serde::Serialize;

use super::agreement::Agreement;
use super::loaded_run::LoadedRun;
use super::phrasing;
use super::same_rows::same_data;
use crate::evaluation::{PredictionRow, holm};
use crate::report::sanitize::describe;

/// A run's mistakes compared with those of the first run.
#[derive(Debug, Serialize)]
pub struct MistakesRow {
    /// The letter of the run.
    pub run: String,
    /// `None` if the predictions cannot be read.
    pub mistakes: Option<usize>,
    /// `None` for the first run, and if the two cannot be compared.
    pub agreement: Option<Agreement>,
    /// Which run makes fewer mistakes, or why the two cannot be compared.
    pub sentence: Option<String>,
    /// Whether the difference is more than chance, by McNemar's test.
    pub meaning: Option<String>,
}

/// Returns a row for each of at least two runs; none if the first predicts numbers.
pub(super) fn rows(runs: &[LoadedRun]) -> Vec<MistakesRow> {
    let Some((first, others)) = runs.split_first().filter(|(first, _)| !first.is_regression()) else {
        return Vec::new();
    };
    let mut agreements: Vec<Result<Agreement, Option<String>>> =
        others.iter().map(|other| agreement(first, other)).collect();
    let p_values: Vec<f64> = agreements.iter().flatten().map(|agreement| agreement.test.p_value).collect();
    for (agreement, corrected) in agreements.iter_mut().flatten().zip(holm(&p_values)) {
        (agreement.corrected_p_value, agreement.comparisons) = (corrected, p_values.len());
    }
    let others = others.iter().zip(agreements).map(|(other, agreement)| row(first, other, agreement));
    [first_row(first)].into_iter().chain(others).collect()
}

fn first_row(first: &LoadedRun) -> MistakesRow {
    let problem = first.predictions.as_ref().err();
    MistakesRow {
        run: first.letter.clone(),
        mistakes: mistakes(first),
        agreement: None,
        sentence: problem.map(|problem| format!("{}: {}", first.letter, describe(problem))),
        meaning: None,
    }
}

fn row(first: &LoadedRun, other: &LoadedRun, agreement: Result<Agreement, Option<String>>) -> MistakesRow {
    let (sentence, meaning) = match &agreement {
        Ok(agreement) => {
            let (fact, meaning) = phrasing::verdict(&first.letter, &other.letter, agreement);
            (Some(fact), meaning)
        }
        Err(problem) => (problem.clone(), None),
    };
    MistakesRow { run: other.letter.clone(), mistakes: mistakes(other), agreement: agreement.ok(), sentence, meaning }
}

/// Returns the agreement of two runs, or a sentence that says why they cannot be compared. A
/// problem of the first run alone has no sentence here, since it is reported in the first row.
fn agreement(first: &LoadedRun, other: &LoadedRun) -> Result<Agreement, Option<String>> {
    if first.is_regression() != other.is_regression() {
        return Err(Some(phrasing::other_task(&first.letter, &other.letter, other.is_regression())));
    }
    let others =
        other.predictions.as_ref().map_err(|problem| Some(format!("{}: {}", other.letter, describe(problem))))?;
    let firsts = first.predictions.as_ref().map_err(|_| None)?;
    if !same_data(first, other) {
        return Err(Some(format!("{} was not tested on the same rows as {}.", other.letter, first.letter)));
    }
    let same_row =
        |(one, other): (&PredictionRow, &PredictionRow)| (one.line, &one.true_class) == (other.line, &other.true_class);
    if firsts.len() != others.len() || !firsts.iter().zip(others).all(same_row) {
        return Err(Some(format!(
            "{}: the lines and true classes in predictions/test.csv differ from those of {}, though the data is the \
             same; write both again with `burn-mlp evaluate`",
            other.letter, first.letter
        )));
    }
    Ok(Agreement::count(firsts, others))
}

fn mistakes(run: &LoadedRun) -> Option<usize> {
    let rows = run.predictions.as_ref().ok().filter(|_| !run.is_regression())?;
    Some(rows.iter().filter(|row| row.true_class != row.predicted_class).count())
}
