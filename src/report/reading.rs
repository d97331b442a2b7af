//! What a run's files say, each read on its own so that a damaged one takes no other along.

use std::collections::BTreeMap;

use super::first_layer::FirstLayer;
use crate::config::RunConfig;
use crate::evaluation::EvaluationReport;
use crate::run_directory::{EpochRow, RunDirectory, RunRecord, Status};
use crate::{Error, Result};

/// The reports of `evaluation.json` by split.
pub(crate) type Evaluations = BTreeMap<String, EvaluationReport>;

/// A run as far as it can be read; only its record has to be.
pub(super) struct Reading {
    pub record: RunRecord,
    pub config: Result<RunConfig>,
    pub history: Result<Vec<EpochRow>>,
    pub evaluations: Result<Evaluations>,
    /// Nothing before the first epoch is done.
    pub first_layer: Result<Option<FirstLayer>>,
}

impl Reading {
    /// Reads what belongs to `record`.
    pub fn new(run: &RunDirectory, record: RunRecord) -> Self {
        Self {
            config: config(run),
            history: history(run, &record),
            evaluations: evaluations(run, &record),
            first_layer: if record.best_epoch.is_some() { first_layer(run) } else { Ok(None) },
            record,
        }
    }

    /// Whether the run has come to an end of its own.
    pub fn has_ended(&self) -> bool {
        has_ended(&self.record)
    }
}

fn has_ended(record: &RunRecord) -> bool {
    matches!(record.status, Status::Finished | Status::StoppedEarly)
}

/// The run's configuration.
pub(crate) fn config(run: &RunDirectory) -> Result<RunConfig> {
    let text = run.read_config()?;
    RunConfig::from_toml(&text, "")
        .map_err(|error| Error::run(run.config_path(), format!("is damaged ({error}); restore it from a copy")))
}

/// The rows of metrics.csv, which must hold those of a run that has epochs done.
pub(crate) fn history(run: &RunDirectory, record: &RunRecord) -> Result<Vec<EpochRow>> {
    let history = run.read_metrics()?;
    if history.is_empty() && record.epochs_done > 0 {
        let problem = "holds none of the epochs that are done; resume the run to write it again";
        return Err(Error::run("metrics.csv", problem));
    }
    Ok(history)
}

/// The reports of evaluation.json; none before a run has ended.
pub(crate) fn evaluations(run: &RunDirectory, record: &RunRecord) -> Result<Evaluations> {
    match run.read_evaluation::<Evaluations>()? {
        None if has_ended(record) => {
            Err(Error::run("evaluation.json", "is missing; write it again with `burn-mlp evaluate`"))
        }
        evaluations => consistent(evaluations.unwrap_or_default()),
    }
}

/// Refuses reports whose parts do not fit together, which only a person's hand can have made.
fn consistent(evaluations: Evaluations) -> Result<Evaluations> {
    for (split, report) in &evaluations {
        let classes = report.classes.len();
        let fits = report.confusion_matrix.classes() == classes
            && report.worst.iter().all(|mistake| mistake.true_class < classes && mistake.predicted_class < classes);
        if !fits {
            let problem =
                format!("is damaged (the parts of {split} do not fit); write it again with `burn-mlp evaluate`");
            return Err(Error::run("evaluation.json", problem));
        }
    }
    Ok(evaluations)
}

fn first_layer(run: &RunDirectory) -> Result<Option<FirstLayer>> {
    let file = run.read_model()?;
    FirstLayer::of_file(&file).map(Some).map_err(|problem| Error::run(run.model_path(), problem))
}
