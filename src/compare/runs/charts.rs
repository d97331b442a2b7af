//! The curves of all runs in shared charts.

use super::comparison::ComparedRun;
use crate::format::{loss, metric_name, number, percent, rate, score};
use crate::report::chart::{Chart, EpochCurves, Series, SeriesStyle};
use crate::run_directory::EpochRow;

/// A chart with its heading.
pub(super) struct CurveFigure {
    /// Distinguishes the tooltips of this chart from those of others.
    pub id: &'static str,
    pub title: String,
    pub chart: Chart,
}

/// A chart of one column of metrics.csv.
struct Metric {
    id: &'static str,
    title: &'static str,
    value: fn(&EpochRow) -> Option<f64>,
    format: fn(f64) -> String,
    is_fraction: bool,
    /// Whether a value applies to the whole epoch.
    is_stepped: bool,
}

const VALID_ACCURACY: Metric = Metric {
    id: "valid-accuracy",
    title: "Validation accuracy",
    value: |row| row.valid_accuracy,
    format: percent,
    is_fraction: true,
    is_stepped: false,
};

const VALID_LOSS: Metric = Metric {
    id: "valid-loss",
    title: "Validation loss",
    value: |row| row.valid_loss,
    format: loss,
    is_fraction: false,
    is_stepped: false,
};

const VALID_AUC: Metric = Metric {
    id: "valid-auc",
    title: "Validation ROC AUC",
    value: |row| row.valid_auc,
    format: score,
    is_fraction: false,
    is_stepped: false,
};

const VALID_F1: Metric = Metric {
    id: "valid-f1",
    title: "Validation macro F1",
    value: |row| row.valid_f1,
    format: percent,
    is_fraction: true,
    is_stepped: false,
};

const VALID_MAE: Metric = Metric {
    id: "valid-mae",
    title: "Validation MAE",
    value: |row| row.valid_mae,
    format: number,
    is_fraction: false,
    is_stepped: false,
};

const TRAIN_ACCURACY: Metric = Metric {
    id: "train-accuracy",
    title: "Training accuracy",
    value: |row| row.train_accuracy,
    format: percent,
    is_fraction: true,
    is_stepped: false,
};

const VALID_RMSE: Metric = Metric {
    id: "valid-rmse",
    title: "Validation RMSE",
    value: |row| row.valid_rmse,
    format: number,
    is_fraction: false,
    is_stepped: false,
};

const TRAIN_RMSE: Metric = Metric {
    id: "train-rmse",
    title: "Training RMSE",
    value: |row| row.train_rmse,
    format: number,
    is_fraction: false,
    is_stepped: false,
};

const TRAIN_LOSS: Metric = Metric {
    id: "train-loss",
    title: "Training loss",
    value: |row| Some(row.train_loss),
    format: loss,
    is_fraction: false,
    is_stepped: false,
};

const LEARNING_RATE: Metric = Metric {
    id: "rate",
    title: "Learning rate",
    value: |row| Some(row.learning_rate),
    format: rate,
    is_fraction: false,
    is_stepped: true,
};

/// Returns the charts that have finite values, of as many runs as there are styles.
pub(super) fn curve_figures(runs: &[ComparedRun]) -> Vec<CurveFigure> {
    let watched = [VALID_AUC, VALID_F1, VALID_MAE];
    let metrics = [VALID_ACCURACY, VALID_RMSE].into_iter().chain(watched);
    let metrics = metrics.chain([VALID_LOSS, TRAIN_ACCURACY, TRAIN_RMSE, TRAIN_LOSS, LEARNING_RATE]);
    metrics.filter_map(|metric| metric.figure(runs)).collect()
}

impl Metric {
    fn figure(&self, runs: &[ComparedRun]) -> Option<CurveFigure> {
        let series = runs.iter().zip(SeriesStyle::RUNS).map(|(run, style)| Series {
            name: run.letter.clone(),
            style,
            values: run.history.iter().map(|row| (row.epoch, (self.value)(row))).collect(),
            best_epoch: run.record.best_epoch,
        });
        let targets = runs.iter().map(|run| run.record.data.target_names.len()).max().unwrap_or_default();
        let title = metric_name(self.title, targets);
        let curves = EpochCurves {
            title: title.clone(),
            format: self.format,
            is_fraction: self.is_fraction,
            is_stepped: self.is_stepped,
            series: series.collect(),
        };
        Some(CurveFigure { id: self.id, title, chart: curves.chart(|_| Vec::new())? })
    }
}
