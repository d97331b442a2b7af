//! A run to be compared, as far as its files can be read.

use std::collections::HashSet;
use std::path::PathBuf;

use crate::config::RunConfig;
use crate::evaluation::{ClassificationReport, NumberRow, PredictionRow, RegressionReport};
use crate::report::number_rows::read_number_rows;
use crate::report::run_data::{Evaluations, RunData};
use crate::report::sanitize::describe;
use crate::run_directory::{EpochRow, RunDirectory, RunRecord, Status, TestMetrics};
use crate::{Error, Result};

/// A run with the letter it has in the comparison.
pub(super) struct LoadedRun {
    pub letter: String,
    pub name: String,
    pub path: PathBuf,
    pub record: RunRecord,
    pub config: Result<RunConfig>,
    pub history: Result<Vec<EpochRow>>,
    evaluations: Result<Evaluations>,
    /// Classes predicted on the test set; none in regression.
    pub predictions: Result<Vec<PredictionRow>>,
    /// Numbers predicted on the test set; none in classification.
    pub numbers: Result<Vec<NumberRow>>,
}

impl LoadedRun {
    pub fn new(letter: String, name: String, run: &RunDirectory, record: RunRecord) -> Self {
        let is_regression = is_regression(&record);
        let predictions = if is_regression { Ok(Vec::new()) } else { predictions(run, &record) };
        let RunData { record, config, history, evaluations } = RunData::read(run, record);
        let numbers = if is_regression { numbers(run, &record, evaluations.as_ref().ok()) } else { Ok(Vec::new()) };
        let config = config.and_then(|config| check_identity(run, config, &record));
        Self {
            letter,
            name,
            path: run.path().to_path_buf(),
            record,
            config,
            history,
            evaluations,
            predictions,
            numbers,
        }
    }

    /// Whether the run predicts numbers.
    pub fn is_regression(&self) -> bool {
        is_regression(&self.record)
    }

    /// Returns the evaluation of classes on the test set.
    pub fn test_report(&self) -> Option<&ClassificationReport> {
        self.evaluations.as_ref().ok()?.get("test")?.classification()
    }

    /// Returns the evaluation of numbers on the test set.
    pub fn test_numbers(&self) -> Option<&RegressionReport> {
        self.evaluations.as_ref().ok()?.get("test")?.regression()
    }

    /// Returns sentences on what is not final and on the files that cannot be read, except for the
    /// predictions, which are reported with the mistakes.
    pub fn problems(&self) -> Vec<String> {
        let errors = [self.config.as_ref().err(), self.history.as_ref().err(), self.evaluations.as_ref().err()];
        let unreadable = errors.into_iter().flatten().map(|error| format!("{}: {}", self.letter, describe(error)));
        self.unfinished().into_iter().chain(unreadable).collect()
    }

    fn unfinished(&self) -> Option<String> {
        let state = match self.record.status {
            Status::Finished | Status::StoppedEarly => return None,
            Status::Running => "is still training",
            Status::Interrupted => "was interrupted",
            Status::Killed => "was killed",
            Status::Failed => "failed",
        };
        let done = match self.record.epochs_done {
            0 if self.record.status == Status::Killed => "before its first epochs were synced".to_string(),
            0 => "in its first epoch".to_string(),
            done => format!("after {}", crate::format::epochs(done)),
        };
        let way_out = match self.record.status {
            Status::Running => String::new(),
            _ => "; `burn-mlp --resume` continues it".to_string(),
        };
        Some(format!("{} {state} {done}, so its metrics are not final{way_out}", self.letter))
    }
}

fn is_regression(record: &RunRecord) -> bool {
    !record.data.target_names.is_empty()
}

/// Refuses a configuration that is not the one the run was trained with.
fn check_identity(run: &RunDirectory, config: RunConfig, record: &RunRecord) -> Result<RunConfig> {
    if config.identity_hash(record.initial_weights_sha256.as_deref())? != record.identity_hash {
        let problem = "is not what the run was trained with; restore it from a copy";
        return Err(Error::run(run.config_path(), problem));
    }
    Ok(config)
}

/// The way out that most messages name.
const EVALUATE_AGAIN: &str = "write it again with `burn-mlp evaluate`";

const NO_TEST_SET: &str = "is missing because the run has no test set";
const NOT_EVALUATED: &str = "is missing because the run has not been evaluated yet";

/// Reads the numbers predicted on the test set and checks them against its evaluation.
fn numbers(run: &RunDirectory, record: &RunRecord, evaluations: Option<&Evaluations>) -> Result<Vec<NumberRow>> {
    let path = run.predictions_path("test")?;
    if record.data.test_rows == 0 {
        return Err(Error::run(path, NO_TEST_SET));
    }
    match evaluations.and_then(|evaluations| evaluations.get("test")?.regression()) {
        Some(report) => read_number_rows(run, "test", report),
        None if record.test.is_none() => Err(Error::run(path, NOT_EVALUATED)),
        None => Err(Error::run(path, format!("has no evaluation to check it by; {EVALUATE_AGAIN}"))),
    }
}

/// Reads the predictions on the test set and checks them against the evaluation in run.json.
fn predictions(run: &RunDirectory, record: &RunRecord) -> Result<Vec<PredictionRow>> {
    let path = run.predictions_path("test")?;
    let refused = |problem: String| Err(Error::run(&path, problem));
    if record.data.test_rows == 0 {
        return refused(NO_TEST_SET.into());
    }
    let rows: Vec<PredictionRow> = match run.read_predictions("test")? {
        Some(rows) => rows,
        None if record.test.is_none() => {
            return refused(NOT_EVALUATED.into());
        }
        None => return refused(format!("is missing; {EVALUATE_AGAIN}")),
    };
    if rows.len() != record.data.test_rows {
        let (found, expected) = (rows.len(), record.data.test_rows);
        return refused(format!("has {found} of {expected} rows; {EVALUATE_AGAIN}"));
    }
    let classes: HashSet<&String> = record.data.class_names.iter().collect();
    let fits = |(index, row): (usize, &PredictionRow)| row.index == index && classes.contains(&row.true_class);
    if !rows.iter().enumerate().all(fits) {
        return refused(format!("is damaged (its rows do not match the test set); {EVALUATE_AGAIN}"));
    }
    let right = rows.iter().filter(|row| row.true_class == row.predicted_class).count();
    let accuracy = right as f64 / rows.len() as f64;
    match record.test {
        Some(TestMetrics { accuracy: Some(recorded), .. }) if (recorded - accuracy).abs() < 0.5 / rows.len() as f64 => {
            Ok(rows)
        }
        _ => refused(format!("does not match the evaluation in run.json; {EVALUATE_AGAIN}")),
    }
}
