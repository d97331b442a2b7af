//! One run as far as it can be read; only its record has to be.

use std::path::PathBuf;

use crate::config::RunConfig;
use crate::evaluation::{EvaluationReport, PredictionRow};
use crate::report::reading::{self, Evaluations};
use crate::report::text::told;
use crate::run_directory::{EpochRow, RunDirectory, RunRecord, Status};
use crate::{Error, Result};

/// A run of a comparison, each of its files read on its own.
pub(super) struct Subject {
    pub letter: String,
    pub name: String,
    pub path: PathBuf,
    pub record: RunRecord,
    pub config: Result<RunConfig>,
    pub history: Result<Vec<EpochRow>>,
    evaluations: Result<Evaluations>,
    /// Of the test set.
    pub predictions: Result<Vec<PredictionRow>>,
}

impl Subject {
    pub fn new(letter: String, name: String, run: &RunDirectory, record: RunRecord) -> Self {
        Self {
            letter,
            name,
            path: run.path().to_path_buf(),
            config: config(run, &record),
            history: reading::history(run, &record),
            evaluations: reading::evaluations(run, &record),
            predictions: predictions(run, &record),
            record,
        }
    }

    /// The evaluation on the test set.
    pub fn test_report(&self) -> Option<&EvaluationReport> {
        self.evaluations.as_ref().ok()?.get("test")
    }

    /// What cannot be read, or is not there yet, in sentences. The predictions are told where they are missed.
    pub fn problems(&self) -> Vec<String> {
        let errors = [self.config.as_ref().err(), self.history.as_ref().err(), self.evaluations.as_ref().err()];
        let told = errors.into_iter().flatten().map(|error| format!("{}: {}", self.letter, told(error)));
        self.unfinished().into_iter().chain(told).collect()
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
            0 => "in its first epoch".to_string(),
            done => format!("after {}", crate::format::epochs(done)),
        };
        let way_out = match self.record.status {
            Status::Running => String::new(),
            _ => "; `burn-mlp --resume` goes on with it".to_string(),
        };
        Some(format!("{} {state} {done}: its figures are not final{way_out}", self.letter))
    }
}

fn config(run: &RunDirectory, record: &RunRecord) -> Result<RunConfig> {
    let config = reading::config(run)?;
    if config.identity_hash()? != record.identity_hash {
        let problem = "has other settings than the run was trained with; restore it from a copy";
        return Err(Error::run(run.config_path(), problem));
    }
    Ok(config)
}

const EVALUATE_AGAIN: &str = "`burn-mlp evaluate` writes it again";

/// The test set's predictions, which must be those of the evaluation that run.json tells of.
fn predictions(run: &RunDirectory, record: &RunRecord) -> Result<Vec<PredictionRow>> {
    let path = run.predictions_path("test")?;
    let refused = |problem: String| Err(Error::run(&path, problem));
    if record.data.test_rows == 0 {
        return refused("is not there: the run has no test set".into());
    }
    let rows: Vec<PredictionRow> = match run.read_predictions("test")? {
        Some(rows) => rows,
        None if record.test.is_none() => {
            return refused("is not there: the run is not evaluated yet".into());
        }
        None => return refused(format!("is missing; {EVALUATE_AGAIN}")),
    };
    if rows.len() != record.data.test_rows {
        let (found, expected) = (rows.len(), record.data.test_rows);
        return refused(format!("holds {found} rows of {expected}; {EVALUATE_AGAIN}"));
    }
    let fits = |(index, row): (usize, &PredictionRow)| row.index == index && row.true_class < record.data.classes;
    if !rows.iter().enumerate().all(fits) {
        return refused(format!("is damaged (its rows are not those of the test set); {EVALUATE_AGAIN}"));
    }
    let right = rows.iter().filter(|row| row.true_class == row.predicted_class).count();
    let accuracy = right as f64 / rows.len() as f64;
    match record.test {
        Some(test) if (test.accuracy - accuracy).abs() < 0.5 / rows.len() as f64 => Ok(rows),
        _ => refused(format!("is not of the evaluation that run.json tells of; {EVALUATE_AGAIN}")),
    }
}
