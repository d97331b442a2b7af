//! Charts of loss, accuracy or RMSE, and learning rate over the epochs.

use super::annotations::Annotations;
use super::chart::{Chart, EpochCurves, Series, SeriesStyle};
use crate::format::{loss, metric_name, number, percent, rate, score};
use crate::run_directory::EpochRow;

/// A chart with its heading and legend.
pub(super) struct CurveFigure {
    /// Distinguishes the tooltips of this chart from those of others.
    pub id: &'static str,
    pub title: String,
    /// `None` if no epoch has a finite value.
    pub chart: Option<Chart>,
    pub legend: Vec<LegendEntry>,
}

/// The meaning of a line.
pub(super) struct LegendEntry {
    pub style: SeriesStyle,
    pub text: String,
}

type ValueOf = fn(&EpochRow) -> Option<f64>;

/// Id, title, value and format of a metric.
type Watched = (&'static str, &'static str, ValueOf, fn(f64) -> String);

/// Returns the charts of `history`, which has at least one row: loss, accuracy or RMSE, what was watched besides, and
/// the learning rate. `targets` is the number of numbers that are predicted; 0 in classification.
pub(super) fn training_curves(history: &[EpochRow], annotations: &Annotations, targets: usize) -> Vec<CurveFigure> {
    let pair = |train: ValueOf, valid: ValueOf| {
        let mut both = vec![series("training", SeriesStyle::TRAIN, history, train)];
        if history.iter().any(|row| valid(row).is_some()) {
            both.push(series("validation", SeriesStyle::VALID, history, valid));
        }
        both
    };
    let loss_curves = EpochCurves {
        title: "Loss".to_string(),
        format: loss,
        is_fraction: false,
        is_stepped: false,
        series: pair(|row| Some(row.train_loss), |row| row.valid_loss),
    };
    let is_regression = history.iter().any(|row| row.train_rmse.is_some());
    let metric_curves = match is_regression {
        false => EpochCurves {
            title: "Accuracy".to_string(),
            format: percent,
            is_fraction: true,
            is_stepped: false,
            series: pair(|row| row.train_accuracy, |row| row.valid_accuracy),
        },
        true => EpochCurves {
            title: metric_name("RMSE", targets),
            format: number,
            is_fraction: false,
            is_stepped: false,
            series: pair(|row| row.train_rmse, |row| row.valid_rmse),
        },
    };
    let rate_curve = EpochCurves {
        title: "Learning rate".to_string(),
        format: rate,
        is_fraction: false,
        is_stepped: true,
        series: vec![series("", SeriesStyle::LEARNING_RATE, history, |row| Some(row.learning_rate))],
    };
    let mut figures = vec![
        CurveFigure::new("loss", &loss_curves, annotations),
        CurveFigure::new(if is_regression { "rmse" } else { "accuracy" }, &metric_curves, annotations),
    ];
    figures
        .extend(watched_curves(history, targets).iter().map(|(id, curves)| CurveFigure::new(id, curves, annotations)));
    figures.push(CurveFigure::new("rate", &rate_curve, annotations));
    figures
}

/// The curves of the metrics that were watched, with their ids.
fn watched_curves(history: &[EpochRow], targets: usize) -> Vec<(&'static str, EpochCurves)> {
    let metrics: [Watched; 3] = [
        ("auc", "ROC AUC", |row| row.valid_auc, score),
        ("f1", "Macro F1", |row| row.valid_f1, percent),
        ("mae", "Mean absolute error", |row| row.valid_mae, number),
    ];
    let watched = metrics.into_iter().filter(|(_, _, value, _)| history.iter().any(|row| value(row).is_some()));
    let curves = |(id, title, value, format): Watched| {
        let series = vec![series("validation", SeriesStyle::VALID, history, value)];
        let title = metric_name(title, targets);
        (id, EpochCurves { title, format, is_fraction: id == "f1", is_stepped: false, series })
    };
    watched.map(curves).collect()
}

fn series(name: &str, style: SeriesStyle, history: &[EpochRow], value: ValueOf) -> Series {
    let values = history.iter().map(|row| (row.epoch, value(row))).collect();
    Series { name: name.to_string(), style, values, best_epoch: None }
}

impl CurveFigure {
    fn new(id: &'static str, curves: &EpochCurves, annotations: &Annotations) -> Self {
        let mut chart = curves.chart(|epoch| annotations.at(epoch));
        if let Some(chart) = &mut chart {
            add_rules(chart, annotations);
        }
        Self { id, title: curves.title.clone(), chart, legend: legend(curves, annotations) }
    }
}

/// Marks the best epoch, the start of every epoch with a reduced rate, and the end of the last
/// epoch if early stopping was the reason.
fn add_rules(chart: &mut Chart, annotations: &Annotations) {
    for &(epoch, _) in &annotations.reductions {
        chart.add_rule(SeriesStyle::RATE_REDUCED, epoch as f64 - 0.5);
    }
    if let Some(epoch) = annotations.stopped {
        chart.add_rule(SeriesStyle::STOPPED_EARLY, epoch as f64 + 0.5);
    }
    if let Some(epoch) = annotations.best {
        chart.add_rule(SeriesStyle::BEST_EPOCH, epoch as f64);
    }
}

fn legend(curves: &EpochCurves, annotations: &Annotations) -> Vec<LegendEntry> {
    let entry = |style: SeriesStyle, text: String| LegendEntry { style, text };
    let lines = curves.series.iter().filter(|series| !series.name.is_empty());
    let mut legend: Vec<LegendEntry> = lines.map(|series| entry(series.style, series.name.clone())).collect();
    if let Some(epoch) = annotations.best {
        legend.push(entry(SeriesStyle::BEST_EPOCH, format!("best epoch, {epoch}")));
    }
    if !annotations.reductions.is_empty() {
        let text = format!("rate reduced {}", annotations.reduction_epochs());
        legend.push(entry(SeriesStyle::RATE_REDUCED, text));
    }
    if let Some(epoch) = annotations.stopped {
        legend.push(entry(SeriesStyle::STOPPED_EARLY, format!("stopped early after epoch {epoch}")));
    }
    legend
}
