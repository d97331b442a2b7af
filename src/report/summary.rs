//! The verdict: how the run ended and how good it is, in a sentence and a few large figures.

use super::reading::Reading;
use super::text::{clean, clean_sentence};
use crate::format::{count, epochs, loss, percent, seconds};
use crate::run_directory::{RunRecord, Status};

/// The head of the page.
#[derive(Debug)]
pub(super) struct Summary {
    pub name: String,
    /// The status's word, also the style sheet's.
    pub status: &'static str,
    /// "Stopped early after 26 epochs; the best is epoch 16."
    pub verdict: String,
    pub reason: Option<String>,
    pub network: String,
    pub figures: Vec<Figure>,
}

/// A large figure with its name.
#[derive(Debug, PartialEq)]
pub(super) struct Figure {
    pub name: &'static str,
    pub value: String,
    pub note: String,
}

impl Summary {
    pub fn new(reading: &Reading) -> Self {
        let record = &reading.record;
        Self {
            name: clean(&record.name),
            status: record.status.as_str(),
            verdict: verdict(reading),
            reason: record.reason.as_deref().map(clean_sentence),
            network: network(reading),
            figures: figures(reading),
        }
    }
}

fn verdict(reading: &Reading) -> String {
    let record = &reading.record;
    let done = epochs(record.epochs_done);
    let ending = match (record.status, record.epochs_done) {
        (Status::Finished, _) => format!("Finished after {done}"),
        (Status::StoppedEarly, _) => format!("Stopped early after {done}"),
        (Status::Running, 0) => "Running, in its first epoch".to_string(),
        (Status::Running, _) => format!("Running, {done} done"),
        (Status::Interrupted, 0) => "Interrupted in its first epoch".to_string(),
        (Status::Interrupted, _) => format!("Interrupted after {done}"),
        (Status::Killed, 0) => "Killed in its first epoch".to_string(),
        (Status::Killed, _) => format!("Killed after {done}"),
        (Status::Failed, 0) => "Failed before the end of its first epoch".to_string(),
        (Status::Failed, _) => format!("Failed after {done}"),
    };
    let best = match record.best_epoch {
        Some(epoch) if record.data.valid_rows > 0 => format!("; the best is epoch {epoch}"),
        _ => String::new(),
    };
    let keeps_last = reading.config.as_ref().is_ok_and(|config| !config.early_stopping.restore_best)
        && record.best_epoch.is_some_and(|best| best != record.epochs_done);
    let kept = if keeps_last { ", the model is the last one's" } else { "" };
    format!("{ending}{best}{kept}.")
}

fn network(reading: &Reading) -> String {
    let record = &reading.record;
    let sizes: Vec<String> = record.layer_sizes.iter().map(usize::to_string).collect();
    let activation = match &reading.config {
        Ok(config) if !config.model.hidden.is_empty() => format!(", {}", config.model.activation.name()),
        _ => String::new(),
    };
    let on = format!("{} on {}", record.backend, record.device);
    let network = format!("{}{activation}, {} parameters", sizes.join("–"), count(record.parameters));
    clean_sentence(&format!("{}; {network}; seed {}; {on}", record.data.source, record.seed))
}

fn figures(reading: &Reading) -> Vec<Figure> {
    let record = &reading.record;
    let figure = |name, value: String, note: String| Figure { name, value, note };
    let valid = best_valid(record);
    vec![
        match test(reading) {
            Some((accuracy, test_loss)) => {
                figure("test accuracy", percent(accuracy), format!("loss {}", loss(test_loss)))
            }
            None => figure("test accuracy", "–".into(), without_test(reading).into()),
        },
        match valid {
            Some((accuracy, valid_loss)) => {
                figure("validation accuracy", percent(accuracy), format!("best epoch, loss {}", loss(valid_loss)))
            }
            None if record.data.valid_rows == 0 => {
                figure("validation accuracy", "–".into(), "no validation part".into())
            }
            None => figure("validation accuracy", "–".into(), "no epoch is done".into()),
        },
        match record.best_epoch {
            Some(epoch) => figure("best epoch", epoch.to_string(), format!("of {}", count(record.epochs_done))),
            None => figure("best epoch", "–".into(), "no epoch is done".into()),
        },
        figure(
            "training time",
            seconds(record.timings.train_seconds),
            format!("{} an epoch", seconds(record.timings.median_epoch_seconds)),
        ),
    ]
}

fn best_valid(record: &RunRecord) -> Option<(f64, f64)> {
    let best = record.best?;
    best.valid_accuracy.zip(best.valid_loss.or(Some(f64::NAN)))
}

fn test(reading: &Reading) -> Option<(f64, f64)> {
    let recorded = reading.record.test.map(|test| (test.accuracy, test.loss));
    let evaluated = || {
        let report = reading.evaluations.as_ref().ok()?.get("test")?;
        Some((report.accuracy, report.loss))
    };
    recorded.or_else(evaluated)
}

fn without_test(reading: &Reading) -> &'static str {
    match reading.record.data.test_rows {
        0 => "no test set",
        _ if reading.has_ended() => "not evaluated",
        _ => "evaluated at the end",
    }
}
