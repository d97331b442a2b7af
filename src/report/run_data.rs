//! The contents of a run directory. Every file is read on its own, so that a damaged one does not
//! hide the others.

use std::collections::BTreeMap;

use crate::config::RunConfig;
use crate::evaluation::EvaluationReport;
use crate::run_directory::{EpochRow, RunDirectory, RunRecord, Status};
use crate::{Error, Result};

/// The reports of `evaluation.json` by split.
pub(crate) type Evaluations = BTreeMap<String, EvaluationReport>;

/// A run as far as its files can be read.
pub(crate) struct RunData {
    pub record: RunRecord,
    pub config: Result<RunConfig>,
    /// Empty only before the first epoch is done.
    pub history: Result<Vec<EpochRow>>,
    /// Empty only before the training has ended.
    pub evaluations: Result<Evaluations>,
}

impl RunData {
    /// Reads the files of `run`, which must be consistent with its `record`.
    pub fn read(run: &RunDirectory, record: RunRecord) -> Self {
        Self { config: config(run), history: history(run, &record), evaluations: evaluations(run, &record), record }
    }

    /// Whether the training ended as planned.
    pub fn has_finished(&self) -> bool {
        has_finished(&self.record)
    }
}

fn has_finished(record: &RunRecord) -> bool {
    matches!(record.status, Status::Finished | Status::StoppedEarly)
}

fn config(run: &RunDirectory) -> Result<RunConfig> {
    let text = run.read_config()?;
    RunConfig::from_toml(&text, "")
        .map_err(|error| Error::run(run.config_path(), format!("is damaged ({error}); restore it from a copy")))
}

fn history(run: &RunDirectory, record: &RunRecord) -> Result<Vec<EpochRow>> {
    let history = run.read_metrics()?;
    if history.is_empty() && record.epochs_done > 0 {
        let problem = "has no rows for the epochs that are done; resume the run to write it again";
        return Err(Error::run("metrics.csv", problem));
    }
    Ok(history)
}

fn evaluations(run: &RunDirectory, record: &RunRecord) -> Result<Evaluations> {
    match run.read_evaluation::<Evaluations>()? {
        None if has_finished(record) => {
            Err(Error::run("evaluation.json", "is missing; write it again with `burn-mlp evaluate`"))
        }
        evaluations => consistent(evaluations.unwrap_or_default()),
    }
}

/// Refuses reports whose parts contradict each other, as after an edit by hand.
fn consistent(evaluations: Evaluations) -> Result<Evaluations> {
    for (split, report) in &evaluations {
        let EvaluationReport::Classification(report) = report else { continue };
        let classes = report.classes.len();
        let fits = report.confusion_matrix.classes() == classes
            && report.most_probable.as_ref().is_none_or(|matrix| matrix.classes() == classes)
            && report.worst.iter().all(|mistake| mistake.true_class < classes && mistake.predicted_class < classes);
        if !fits {
            let problem = format!(
                "is damaged (the numbers of classes for {split} differ); write it again with `burn-mlp evaluate`"
            );
            return Err(Error::run("evaluation.json", problem));
        }
    }
    Ok(evaluations)
}
