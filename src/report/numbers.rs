//! The evaluation of predicted numbers: metrics, errors by the true value, and the largest errors.

use crate::evaluation::{NumberError, QuantileMetrics, RegressionReport, TargetMetrics};
use crate::format::{count, number, percent};
use crate::text::printable;

/// The view of the sections.
pub(super) struct NumberEvaluation {
    /// One row for each split and target.
    pub metrics: Vec<MetricCells>,
    /// The split that the sections below the table are about.
    pub subject: &'static str,
    pub targets: Vec<TargetView>,
    pub worst: Vec<WorstError>,
    /// Names of the targets, as columns.
    pub names: Vec<String>,
    /// Whether rows are counted by their lines in a file.
    pub has_lines: bool,
    pub has_ids: bool,
}

/// The formatted metrics of a target on a split.
pub(super) struct MetricCells {
    pub split: &'static str,
    pub target: String,
    pub cells: Vec<String>,
}

/// What is said of one target.
pub(super) struct TargetView {
    pub name: String,
    /// Range of true values, rows, RMSE and bias.
    pub quantiles: Vec<[String; 4]>,
}

/// A row with a large error.
pub(super) struct WorstError {
    /// The row's line in its file if it is known, otherwise its number in the split.
    pub row: u64,
    pub id: String,
    /// The true and the predicted value and the error of each target.
    pub values: Vec<[String; 3]>,
}

impl NumberEvaluation {
    pub fn new<'a>(
        evaluated: impl Iterator<Item = (&'static str, &'a RegressionReport)>,
        subject: &'static str,
        report: &RegressionReport,
    ) -> Self {
        let rows = |(split, report): (&'static str, &'a RegressionReport)| {
            report.targets.iter().map(move |target| MetricCells::new(split, target, report.samples))
        };
        Self {
            metrics: evaluated.flat_map(rows).collect(),
            subject,
            targets: report.targets.iter().map(TargetView::new).collect(),
            worst: report.worst.iter().map(WorstError::new).collect(),
            names: report.targets.iter().map(|target| printable(&target.name)).collect(),
            has_lines: report.worst.iter().any(|error| error.origin.line.is_some()),
            has_ids: report.worst.iter().any(|error| error.origin.id.is_some()),
        }
    }
}

impl MetricCells {
    fn new(split: &'static str, target: &TargetMetrics, rows: usize) -> Self {
        let or_dash = |value: Option<f64>, format: fn(f64) -> String| value.map_or("–".to_string(), format);
        let cells = vec![
            number(target.rmse),
            number(target.mae),
            number(target.median_error),
            or_dash(target.r2, |r2| format!("{r2:.4}")),
            or_dash(target.mape, percent),
            number(target.bias),
            count(rows),
        ];
        Self { split, target: printable(&target.name), cells }
    }
}

impl TargetView {
    fn new(target: &TargetMetrics) -> Self {
        let cells = |part: &QuantileMetrics| {
            let range = format!("{} to {}", number(part.lowest), number(part.highest));
            [range, count(part.samples), number(part.rmse), number(part.bias)]
        };
        Self { name: printable(&target.name), quantiles: target.quantiles.iter().map(cells).collect() }
    }
}

impl WorstError {
    fn new(error: &NumberError) -> Self {
        let values = error.truth.iter().zip(&error.predicted);
        Self {
            row: error.origin.line.unwrap_or(error.index as u64),
            id: error.origin.id.as_deref().map(printable).unwrap_or_default(),
            values: values.map(|(truth, it)| [number(*truth), number(*it), number(it - truth)]).collect(),
        }
    }
}
