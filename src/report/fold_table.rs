//! The runs of a cross-validation, with their metrics on the folds that they held out.

use super::sanitize::{describe, report_link, short_name};
use crate::evaluation::{EvaluationReport, MetricSpread};
use crate::format::{count, seconds};
use crate::run_directory::{GroupRun, ListedGroupRun, RunDirectory};

/// The view of the section.
#[derive(Debug)]
pub(super) struct FoldTable {
    /// Names of the metrics, as columns.
    pub metrics: Vec<String>,
    pub rows: Vec<FoldCells>,
    /// Mean and standard deviation of each metric; empty before a run has finished.
    pub means: Vec<String>,
    /// Time that all runs trained.
    pub train_seconds: f64,
    pub finished: usize,
}

/// The formatted values of one run.
#[derive(Debug)]
pub(super) struct FoldCells {
    pub name: String,
    /// The way to the run's own report, if there is one.
    pub report: Option<String>,
    /// Status, epochs, best epoch and time.
    pub course: [String; 4],
    /// One for each metric.
    pub values: Vec<String>,
}

impl FoldTable {
    /// Reads the `planned` runs in the directory of `group`. A run that cannot be read, or has not started, is shown as such.
    pub fn read(group: &RunDirectory, planned: &[GroupRun]) -> Self {
        let runs = group.group_runs(planned);
        let reports: Vec<&EvaluationReport> = runs.iter().filter_map(|run| run.report.as_ref()).collect();
        let spreads = MetricSpread::of(&reports);
        let mut evaluated = 0..reports.len();
        let rows = runs.iter().map(|run| {
            let place = run.report.as_ref().and_then(|_| evaluated.next());
            let value = |metric: &MetricSpread| {
                place.and_then(|place| metric.values[place]).map_or("–".to_string(), |value| metric.unit.text(value))
            };
            FoldCells::new(run, spreads.iter().map(value).collect())
        });
        let seconds = |run: &ListedGroupRun| Some(run.record.as_ref()?.as_ref().ok()?.timings.train_seconds);
        Self {
            rows: rows.collect(),
            metrics: spreads.iter().map(|metric| short_name(&metric.name)).collect(),
            means: spreads.iter().map(|metric| metric.unit.spread_text(&metric.spread)).collect(),
            train_seconds: runs.iter().filter_map(seconds).sum(),
            finished: reports.len(),
        }
    }
}

impl FoldCells {
    fn new(run: &ListedGroupRun, values: Vec<String>) -> Self {
        let dash = || "–".to_string();
        let course = match &run.record {
            Some(Ok(record)) => [
                record.status.to_string(),
                count(record.epochs_done),
                record.best_epoch.map_or_else(dash, count),
                seconds(record.timings.train_seconds),
            ],
            Some(Err(problem)) => [describe(problem), dash(), dash(), dash()],
            None => ["not started".to_string(), dash(), dash(), dash()],
        };
        let has_page = run.run.as_ref().is_some_and(|run| run.report_path().is_file());
        let report = has_page.then(|| report_link(&run.planned.name));
        Self { name: short_name(&run.planned.name), report, course, values }
    }
}
