//! How a run is trained again on all rows, for the number of epochs that its validation rows found.

use super::configuration;
use crate::config::RunConfig;
use crate::error::{Error, Result};
use crate::format::epochs;
use crate::run_directory::{GroupRun, RunDirectory, RunRecord, Status};

/// Returns the settings with which `run` is trained again on all rows but test rows, and remarks for the user. Of a
/// cross-validation, the run with the median best epoch tells for how long.
///
/// # Errors
/// If the run has not finished, was trained on all rows already, or is an ensemble.
pub fn refit(run: &RunDirectory) -> Result<(RunConfig, Vec<String>)> {
    let record = run.read_record()?;
    if record.ensemble.is_some() {
        let problem = "is an ensemble; refit its members one by one, and make an ensemble of them";
        return Err(Error::run(run.path(), problem));
    }
    let Some(group) = &record.group else {
        let (config, mut notes) = refit_run(run, &record)?;
        notes.insert(0, format!("{} was best after {}", run.name(), epochs(config.training.epochs)));
        return Ok((config, notes));
    };
    let (median, best_epoch) = median_run(run, &group.runs)?;
    let record = median.read_record()?;
    let (config, mut notes) = refit_run(&median, &record)?;
    let (name, runs) = (median.name(), group.runs.len());
    notes.insert(0, format!("{name} was best after {}, the median of {runs} runs", epochs(best_epoch)));
    Ok((RunConfig { seed: group.seeds.first().copied().unwrap_or(config.seed), ..config }, notes))
}

fn refit_run(run: &RunDirectory, record: &RunRecord) -> Result<(RunConfig, Vec<String>)> {
    let earlier = configuration(run)?;
    let best = model_epoch(run, record)?;
    let rates: Vec<f64> = run.read_metrics()?.iter().take(best).map(|row| row.learning_rate).collect();
    if rates.len() < best {
        let problem = format!("does not have its {best} epochs; resume the run to write it again");
        return Err(Error::run(run.path().join("metrics.csv"), problem));
    }
    let mut notes = Vec::new();
    if !earlier.evaluation.threshold.is_empty() {
        let note = "without validation rows nothing chooses a threshold, so the more probable class is predicted";
        notes.push(note.to_string());
    }
    let refit = earlier.refit(&rates).map_err(|problem| Error::run(run.path(), problem))?;
    let way = run.way_to_start(record).unwrap_or_else(|_| run.started_in(record));
    Ok((refit.with_paths_from(&way)?, notes))
}

/// The epoch whose weights are the run's model.
fn model_epoch(run: &RunDirectory, record: &RunRecord) -> Result<usize> {
    let keeps_best = configuration(run)?.early_stopping.restore_best;
    match (record.status, record.best_epoch) {
        (Status::Finished | Status::StoppedEarly, Some(best)) => Ok(if keeps_best { best } else { record.epochs_done }),
        _ => {
            let problem = format!("has the status {}; finish it with `burn-mlp --resume` first", record.status);
            Err(Error::run(run.path(), problem))
        }
    }
}

/// Returns the run of a group with the median best epoch; of an even number, the lower of the middle two.
fn median_run(group: &RunDirectory, planned: &[GroupRun]) -> Result<(RunDirectory, usize)> {
    let mut found = Vec::with_capacity(planned.len());
    for planned in planned {
        let run = RunDirectory::open(&group.path().join(&planned.name))?;
        let best = model_epoch(&run, &run.read_record()?)?;
        found.push((best, run));
    }
    found.sort_by_key(|(best, _)| *best);
    let middle = found.len().saturating_sub(1) / 2;
    let median = found.into_iter().nth(middle).map(|(best, run)| (run, best));
    median.ok_or_else(|| Error::run(group.path(), "has no runs"))
}
