//! The models' mistakes on the test set, row by row: which are shared, which are one model's own.

use serde::Serialize;

use super::same_rows::same_data;
use super::subject::Subject;
use super::words;
use crate::evaluation::{McNemar, PredictionRow, holm};
use crate::report::text::told;

/// A run's mistakes beside the first run's.
#[derive(Debug, Serialize)]
pub struct MistakesRow {
    /// The run's letter.
    pub run: String,
    /// Nothing where the predictions cannot be read.
    pub mistakes: Option<usize>,
    /// Nothing for the first run, and where the two cannot be compared.
    pub agreement: Option<Agreement>,
    /// Who makes fewer, or why the two cannot be compared.
    pub sentence: Option<String>,
    /// Whether that is more than chance, by McNemar's test.
    pub meaning: Option<String>,
}

/// How often two models are right on the same rows, the first run's being the first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    pub rows: usize,
    pub both_right: usize,
    pub both_wrong: usize,
    /// With the rows that only one of them has right.
    pub test: McNemar,
    /// The p-value corrected for the number of runs that are compared with the first (Holm); the same with one.
    pub corrected_p_value: f64,
    /// Runs that are compared with the first.
    pub comparisons: usize,
}

/// A row for each of the subjects, of which there are at least two.
pub(super) fn rows(subjects: &[Subject]) -> Vec<MistakesRow> {
    let Some((first, others)) = subjects.split_first() else { return Vec::new() };
    let mut agreements: Vec<Result<Agreement, String>> = others.iter().map(|other| agreement(first, other)).collect();
    let p_values: Vec<f64> = agreements.iter().flatten().map(|agreement| agreement.test.p_value).collect();
    for (agreement, corrected) in agreements.iter_mut().flatten().zip(holm(&p_values)) {
        (agreement.corrected_p_value, agreement.comparisons) = (corrected, p_values.len());
    }
    let own = MistakesRow {
        run: first.letter.clone(),
        mistakes: mistakes(first),
        agreement: None,
        sentence: first.predictions.as_ref().err().map(|problem| format!("{}: {}", first.letter, told(problem))),
        meaning: None,
    };
    let row = |(other, agreement): (&Subject, Result<Agreement, String>)| {
        let (sentence, meaning) = match &agreement {
            Ok(agreement) => {
                let (fact, meaning) = words::verdict(&first.letter, &other.letter, agreement);
                (Some(fact), meaning)
            }
            // What is wrong with the first run is told once, in its own row.
            Err(problem) => (Some(problem.clone()).filter(|problem| !problem.is_empty()), None),
        };
        let (run, mistakes) = (other.letter.clone(), mistakes(other));
        MistakesRow { run, mistakes, agreement: agreement.ok(), sentence, meaning }
    };
    [own].into_iter().chain(others.iter().zip(agreements).map(row)).collect()
}

fn agreement(first: &Subject, other: &Subject) -> Result<Agreement, String> {
    let theirs = other.predictions.as_ref().map_err(|problem| format!("{}: {}", other.letter, told(problem)))?;
    let ours = first.predictions.as_ref().map_err(|_| String::new())?;
    if !same_data(first, other) {
        return Err(format!("The mistakes of {} are on other rows than those of {}.", other.letter, first.letter));
    }
    let has_same_truth = |(one, other): (&PredictionRow, &PredictionRow)| one.true_class == other.true_class;
    if ours.len() != theirs.len() || !ours.iter().zip(theirs).all(has_same_truth) {
        return Err(format!(
            "{}: predictions/test.csv has other true classes than that of {}, though their data is the same; \
             `burn-mlp evaluate` writes both again.",
            other.letter, first.letter
        ));
    }
    Ok(Agreement::count(ours, theirs))
}

impl Agreement {
    fn count(first: &[PredictionRow], other: &[PredictionRow]) -> Self {
        let is_right = |row: &PredictionRow| row.true_class == row.predicted_class;
        // Neither, only the second, only the first, both.
        let mut counts = [0_usize; 4];
        for (one, other) in first.iter().zip(other) {
            counts[2 * usize::from(is_right(one)) + usize::from(is_right(other))] += 1;
        }
        let test = McNemar::new(counts[2] as u64, counts[1] as u64);
        Self {
            rows: first.len(),
            both_right: counts[3],
            both_wrong: counts[0],
            corrected_p_value: test.p_value,
            comparisons: 1,
            test,
        }
    }
}

fn mistakes(subject: &Subject) -> Option<usize> {
    let rows = subject.predictions.as_ref().ok()?;
    Some(rows.iter().filter(|row| row.true_class != row.predicted_class).count())
}
