//! The head of the page: how the run ended, and its key metrics.

use super::fold_table::FoldTable;
use super::run_data::RunData;
use super::sanitize::short_name;
use crate::config::{Monitor, selection_label};
use crate::format::{
    count, epochs, loss, metric_name, number, percent, seconds, without_directories, without_directory,
};
use crate::run_directory::{EnsembleRecord, EpochMetrics, OUT_OF_FOLD, Status};
use crate::text::printable;

/// The view of the head.
#[derive(Debug)]
pub(super) struct Summary {
    pub name: String,
    /// The name of the status, which is also its CSS class.
    pub status: &'static str,
    /// "Stopped early after 26 epochs; the best is epoch 16."
    pub verdict: String,
    pub reason: Option<String>,
    pub network: String,
    pub metrics: Vec<KeyMetric>,
}

/// A metric in large type.
#[derive(Debug, PartialEq)]
pub(super) struct KeyMetric {
    pub name: String,
    pub value: String,
    pub note: String,
}

impl Summary {
    /// `folds` are the runs, if `run` is a group.
    pub fn new(run: &RunData, folds: Option<&FoldTable>) -> Self {
        let record = &run.record;
        Self {
            name: short_name(&record.name),
            status: record.status.as_str(),
            verdict: match (folds, &record.ensemble) {
                (Some(folds), _) => group_verdict(run, folds),
                (None, Some(ensemble)) => ensemble_verdict(run, ensemble),
                (None, None) => verdict(run),
            },
            reason: record.reason.as_deref().map(|reason| printable(&without_directories(reason))),
            network: network(run),
            metrics: match (folds, &record.ensemble) {
                (Some(folds), _) => group_metrics(run, folds),
                (None, Some(ensemble)) => ensemble_metrics(run, ensemble),
                (None, None) => vec![test_metric(run), valid_metric(run), best_epoch(run), training_time(run)],
            },
        }
    }
}

fn verdict(run: &RunData) -> String {
    let record = &run.record;
    let done = epochs(record.epochs_done);
    let ending = match (record.status, record.epochs_done) {
        (Status::Finished, _) => format!("Finished after {done}"),
        (Status::StoppedEarly, _) => format!("Stopped early after {done}"),
        (Status::Running, 0) => "Running, in its first epoch".to_string(),
        (Status::Running, _) => format!("Running, {done} done"),
        (Status::Interrupted, 0) => "Interrupted in its first epoch".to_string(),
        (Status::Interrupted, _) => format!("Interrupted after {done}"),
        (Status::Killed, 0) => "Killed before its first epochs were synced".to_string(),
        (Status::Killed, _) => format!("Killed after {done}"),
        (Status::Failed, 0) => "Failed in its first epoch".to_string(),
        (Status::Failed, _) => format!("Failed after {done}"),
    };
    let best = match record.best_epoch {
        Some(epoch) if record.data.valid_rows > 0 => format!("; the best is epoch {epoch}"),
        _ => String::new(),
    };
    let keeps_last = run.config.as_ref().is_ok_and(|config| !config.early_stopping.restore_best)
        && record.best_epoch.is_some_and(|best| best != record.epochs_done);
    let kept = if keeps_last { ", but the model is from the last one" } else { "" };
    format!("{ending}{best}{kept}.")
}

/// "The mean of 5 runs."
fn ensemble_verdict(run: &RunData, ensemble: &EnsembleRecord) -> String {
    let members = count(ensemble.members.len());
    match run.record.status {
        Status::Finished if ensemble.greedy_losses.is_some() => format!("The mean of {members} chosen runs."),
        Status::Finished => format!("The mean of {members} runs."),
        _ => "The ensemble is not complete; make it again.".to_string(),
    }
}

/// The metrics of the rows that no member was trained on, and the size.
fn ensemble_metrics(run: &RunData, ensemble: &EnsembleRecord) -> Vec<KeyMetric> {
    let rows = ensemble.judged_by.as_deref().unwrap_or(OUT_OF_FOLD);
    let report = run.evaluations.as_ref().ok().and_then(|reports| reports.get(rows));
    let (value, note) = match report.and_then(|report| Some((report, judged(report.accuracy(), report.rmse())?))) {
        Some((report, metric)) => {
            let label = selection_label(report.used_for_selection());
            let parts = [format!("loss {}", loss(report.loss()))].into_iter().chain(label);
            (metric, parts.collect::<Vec<_>>().join(", "))
        }
        None => missing("no rows that no member was trained on"),
    };
    let name = if rows == OUT_OF_FOLD { OUT_OF_FOLD } else { "validation" };
    vec![
        test_metric(run),
        KeyMetric { name: format!("{name} {}", judged_by(run)), value, note },
        KeyMetric {
            name: "members".to_string(),
            value: count(ensemble.members.len()),
            note: match ensemble.greedy_losses {
                Some(_) => "chosen by greedy selection".to_string(),
                None => "all with a share".to_string(),
            },
        },
        KeyMetric {
            name: "parameters".to_string(),
            value: count(run.record.parameters),
            note: "of all members".to_string(),
        },
    ]
}

/// "3 of 5 runs have finished, each with one of 5 folds held out."
fn group_verdict(run: &RunData, folds: &FoldTable) -> String {
    format!("{} of {} runs have finished, {}.", folds.finished, folds.rows.len(), divisions(run))
}

/// "each with one of 5 folds held out"
fn divisions(run: &RunData) -> String {
    let group = run.record.group.as_ref();
    let (folds, repeats) = group.map_or((0, 1), |group| (group.folds, group.repeats));
    let repeated = if repeats > 1 { format!(" in {} random divisions", count(repeats)) } else { String::new() };
    format!("each with one of {} folds held out{repeated}", count(folds))
}

/// The means of the first metrics over the runs, and the time of all.
fn group_metrics(run: &RunData, folds: &FoldTable) -> Vec<KeyMetric> {
    let means = folds.metrics.iter().zip(&folds.means).take(2);
    let mut metrics: Vec<KeyMetric> = means
        .map(|(name, mean)| KeyMetric {
            name: format!("mean {name}"),
            value: mean.clone(),
            note: format!("of {} runs on their folds", count(folds.finished)),
        })
        .collect();
    let report = run.evaluations.as_ref().ok().and_then(|reports| reports.get(OUT_OF_FOLD));
    let (value, note) = match report.and_then(|report| judged(report.accuracy(), report.rmse())) {
        Some(metric) => (metric, "all rows together".to_string()),
        None => missing("evaluated at the end"),
    };
    metrics.push(KeyMetric { name: format!("out-of-fold {}", judged_by(run)), value, note });
    metrics.push(KeyMetric {
        name: "training time".to_string(),
        value: seconds(folds.train_seconds),
        note: "all runs together".to_string(),
    });
    metrics
}

fn network(run: &RunData) -> String {
    let record = &run.record;
    if record.ensemble.is_some() {
        let (source, device) =
            (without_directory(&record.data.source), format!("{} on {}", record.backend, record.device));
        return printable(&format!("{source}; {device}"));
    }
    let activation = match &run.config {
        Ok(config) if !config.model.hidden.is_empty() => format!(", {}", config.model.activation.name()),
        _ => String::new(),
    };
    let sizes = record.network().replace('-', "–");
    let network = format!("{sizes}{activation}, {} parameters", count(record.parameters));
    let device = format!("{} on {}", record.backend, record.device);
    let source = without_directory(&record.data.source);
    printable(&format!("{source}; {network}; seed {}; {device}", record.seed))
}

/// The metric that sums up a run: accuracy, or RMSE.
fn judged(accuracy: Option<f64>, rmse: Option<f64>) -> Option<String> {
    accuracy.map(percent).or_else(|| rmse.map(number))
}

/// The name of that metric.
fn judged_by(run: &RunData) -> String {
    match run.record.data.target_names.len() {
        0 => "accuracy".to_string(),
        targets => metric_name("RMSE", targets),
    }
}

fn test_metric(run: &RunData) -> KeyMetric {
    let evaluated = || {
        let report = run.evaluations.as_ref().ok()?.get("test")?;
        Some((judged(report.accuracy(), report.rmse())?, report.loss()))
    };
    let recorded = run.record.test.and_then(|test| Some((judged(test.accuracy, test.rmse)?, test.loss)));
    let (value, note) = match recorded.or_else(evaluated) {
        Some((metric, test_loss)) => (metric, format!("loss {}", loss(test_loss))),
        None if run.record.data.test_rows == 0 => missing("no test set"),
        None if run.has_finished() => missing("not evaluated"),
        None => missing("evaluated at the end"),
    };
    let holds_out = run.config.as_ref().is_ok_and(|config| config.split.fold > 0);
    let rows = if holds_out { "held-out" } else { "test" };
    KeyMetric { name: format!("{rows} {}", judged_by(run)), value, note }
}

fn valid_metric(run: &RunData) -> KeyMetric {
    let note = |best: EpochMetrics, valid_loss: f64| {
        let name = |monitor: Monitor| metric_name(monitor.metric(), run.record.data.target_names.len());
        let watched = best.on_demand().map(|(monitor, value)| format!("{} {}", name(monitor), monitor.format(value)));
        let parts = ["best epoch".to_string(), format!("loss {}", loss(valid_loss))].into_iter().chain(watched);
        parts.chain(selection_label(&run.record.used_for_selection)).collect::<Vec<_>>().join(", ")
    };
    let metric =
        |best: EpochMetrics| Some((judged(best.valid_accuracy, best.valid_rmse)?, note(best, best.valid_loss?)));
    let (value, note) = match run.record.best.and_then(metric) {
        Some(metric) => metric,
        None if run.record.data.valid_rows == 0 => missing("no validation set"),
        None => missing("no epoch is done"),
    };
    KeyMetric { name: format!("validation {}", judged_by(run)), value, note }
}

fn best_epoch(run: &RunData) -> KeyMetric {
    let (value, note) = match run.record.best_epoch {
        Some(epoch) => (epoch.to_string(), format!("of {}", count(run.record.epochs_done))),
        None => missing("no epoch is done"),
    };
    KeyMetric { name: "best epoch".to_string(), value, note }
}

fn training_time(run: &RunData) -> KeyMetric {
    let timings = &run.record.timings;
    KeyMetric {
        name: "training time".to_string(),
        value: seconds(timings.train_seconds),
        note: format!("{} per epoch", seconds(timings.median_epoch_seconds)),
    }
}

fn missing(note: &str) -> (String, String) {
    ("–".to_string(), note.to_string())
}
