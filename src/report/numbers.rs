//! The evaluation of predicted numbers: metrics, errors by the true value, and the largest errors.

use super::number_charts::NumberCharts;
use super::sanitize::short_name;
use crate::evaluation::{NumberError, NumberRow, QuantileMetrics, RegressionReport, TargetMetrics};
use crate::format::{count, number, percent};
use crate::text::printable;

/// Targets that have charts; the charts of more would make a page too large.
const MAX_CHARTED: usize = 8;

/// The view of the sections.
pub(super) struct NumberEvaluation {
    /// One row for each split and target.
    pub metrics: Vec<MetricCells>,
    /// The quantile that is predicted, if one is.
    pub quantile: Option<f64>,
    /// The split that the sections below the table are about.
    pub subject: &'static str,
    /// Says why there are no charts, or not of all targets.
    pub charts_note: Option<String>,
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
    pub split: String,
    pub target: String,
    pub cells: Vec<String>,
}

/// What is said of one target.
pub(super) struct TargetView {
    pub name: String,
    pub charts: Option<NumberCharts>,
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
    /// `rows` are those of `report`, or a sentence that says why they cannot be read.
    pub fn new<'a>(
        evaluated: impl Iterator<Item = (String, &'a RegressionReport)>,
        subject: &'static str,
        report: &RegressionReport,
        rows: Result<Vec<NumberRow>, String>,
    ) -> Self {
        let cells = |(split, report): (String, &'a RegressionReport)| {
            report.targets.iter().map(move |target| MetricCells::new(&split, target, report.samples))
        };
        Self {
            metrics: evaluated.flat_map(cells).collect(),
            subject,
            quantile: report.targets.iter().find_map(|target| Some(target.predicted_quantile?.quantile)),
            charts_note: charts_note(&rows, report.targets.len()),
            targets: (0..report.targets.len())
                .map(|place| TargetView::new(report, place, rows.as_deref().ok()))
                .collect(),
            worst: report.worst.iter().map(WorstError::new).collect(),
            names: report.targets.iter().map(|target| short_name(&target.name)).collect(),
            has_lines: report.worst.iter().any(|error| error.origin.line.is_some()),
            has_ids: report.worst.iter().any(|error| error.origin.id.is_some()),
        }
    }
}

impl MetricCells {
    fn new(split: &str, target: &TargetMetrics, rows: usize) -> Self {
        let or_dash = |value: Option<f64>, format: fn(f64) -> String| value.map_or("–".to_string(), format);
        let quantile = target.predicted_quantile;
        let mut cells = Vec::from_iter(quantile.map(|it| number(it.pinball_loss)));
        cells.extend(quantile.map(|it| percent(it.coverage)));
        cells.extend([
            number(target.rmse),
            number(target.mae),
            number(target.median_error),
            or_dash(target.r2, |r2| format!("{r2:.4}")),
            or_dash(target.mape, percent),
            number(target.bias),
            count(rows),
        ]);
        Self { split: split.to_string(), target: short_name(&target.name), cells }
    }
}

impl TargetView {
    fn new(report: &RegressionReport, place: usize, rows: Option<&[NumberRow]>) -> Self {
        let target = &report.targets[place];
        let name = short_name(&target.name);
        let rows = rows.filter(|_| place < MAX_CHARTED);
        let cells = |part: &QuantileMetrics| {
            let range = format!("{} to {}", number(part.lowest), number(part.highest));
            [range, count(part.samples), number(part.rmse), number(part.bias)]
        };
        Self {
            charts: rows.map(|rows| NumberCharts::new(rows, report, place, &name)),
            name,
            quantiles: target.quantiles.iter().map(cells).collect(),
        }
    }
}

fn charts_note(rows: &Result<Vec<NumberRow>, String>, targets: usize) -> Option<String> {
    match rows {
        Err(problem) => Some(format!("There are no charts of the predictions: {problem}.")),
        Ok(_) if targets > MAX_CHARTED => {
            Some(format!("The first {MAX_CHARTED} of {} targets have charts.", count(targets)))
        }
        Ok(_) => None,
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
