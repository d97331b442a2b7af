//! Prints the runs of a group.

use burn_mlp::evaluation::MetricSpread;
use burn_mlp::run_directory::ListedGroupRun;
use burn_mlp::text::printable;
use comfy_table::Cell;

use super::inspected::Inspected;
use crate::cli::terminal::colour::yellow;
use crate::cli::terminal::output::print;
use crate::cli::terminal::tables::{plain_table, right, trimmed};

/// Maximum number of metrics that fit beside the names of the runs.
const MAX_METRICS: usize = 4;

impl Inspected {
    /// Prints the metrics of each run on its held-out fold, and their means.
    pub(super) fn show_runs(&self) {
        let mut metrics = self.metrics();
        let all = metrics.clone();
        metrics.truncate(MAX_METRICS);
        let mut table = plain_table();
        let names = metrics.iter().map(|metric| right(printable(&metric.name)));
        table.set_header([Cell::new("run"), Cell::new("status")].into_iter().chain(names));
        let mut evaluated = 0..self.runs.len();
        for run in &self.runs {
            let place = run.report.as_ref().and_then(|_| evaluated.next());
            let value = |metric: &MetricSpread| {
                let value = place.and_then(|place| metric.values[place]);
                right(value.map_or("-".to_string(), |value| metric.unit.text(value)))
            };
            let cells = [Cell::new(printable(&run.planned.name)), Cell::new(status(run))];
            table.add_row(cells.into_iter().chain(metrics.iter().map(value)));
        }
        print(&format!("\n{}", trimmed(&table)));
        if let Some(problem) = self.record.outdated_by(&self.runs) {
            print(&yellow(printable(&problem)));
        }
        if !all.is_empty() {
            print("\nmean and standard deviation");
        }
        for metric in &all {
            print(&format!("{:<20} {}", printable(&metric.name), metric.unit.spread_text(&metric.spread)));
        }
    }
}

fn status(run: &ListedGroupRun) -> String {
    match &run.record {
        None => "not started".to_string(),
        Some(Ok(record)) => record.status.to_string(),
        Some(Err(_)) => "damaged".to_string(),
    }
}
