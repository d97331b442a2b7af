//! Prints a run as text and tables.

use std::collections::BTreeMap;

use burn_mlp::Error;
use burn_mlp::config::selection_label;
use burn_mlp::evaluation::EvaluationReport;
use burn_mlp::format::{
    count, curve, deviations_note, epochs, loss, metric_name, number, percent, rate, score, seconds, shown_path,
};
use burn_mlp::run_directory::{DataRecord, EpochRow, RunRecord, Status};
use burn_mlp::text::printable;
use comfy_table::Cell;

use super::inspected::Inspected;
use crate::cli::commands::ensemble::candidates;
use crate::cli::terminal::colour::{bold, dim, green, red, yellow};
use crate::cli::terminal::output::print;
use crate::cli::terminal::tables::{plain_table, right};

/// A metric of epochs in which it was watched: its name, value and format.
type Watched = (&'static str, fn(&EpochRow) -> Option<f64>, fn(f64) -> String);

const WATCHED: [Watched; 3] = [
    ("valid ROC AUC", |row| row.valid_auc, score),
    ("valid macro F1", |row| row.valid_f1, percent),
    ("valid MAE", |row| row.valid_mae, number),
];

/// Maximum number of a table's columns listed.
const MAX_COLUMNS: usize = 100;

/// Columns of the curves.
const CURVE_WIDTH: usize = 50;

impl Inspected {
    pub(super) fn show(&self) {
        self.show_summary();
        self.show_course();
        match (&self.record.group, &self.record.ensemble) {
            (Some(_), _) => self.show_runs(),
            (None, Some(ensemble)) => print(&format!("\n{}", candidates(ensemble, &self.record))),
            (None, None) => self.show_history(),
        }
        self.show_evaluation();
        self.show_columns();
        self.show_layers();
    }

    fn show_summary(&self) {
        let record = &self.record;
        let data = &record.data;
        let reason = record.reason.as_ref().map(|reason| format!(": {}", printable(reason))).unwrap_or_default();
        print(&format!("{}  {}{reason}", bold(printable(&record.name)), status(record)));
        let software = if record.software_adapter { " (a software rasteriser)" } else { "" };
        let rows = [data.train_rows, data.valid_rows, data.test_rows].map(count);
        let parameters = format!("{} parameters", count(record.parameters));
        match &record.ensemble {
            Some(ensemble) => field("networks", format!("{}, {parameters}", ensemble.members.len())),
            None => field("network", format!("{}, {parameters}", record.network())),
        }
        let rows = match &record.group {
            _ if record.ensemble.as_ref().is_some_and(|ensemble| !ensemble.shares_split) => {
                format!("{} training and validation, {} test rows", rows[0], rows[2])
            }
            Some(group) => {
                let all = count(data.train_rows + data.valid_rows + data.test_rows);
                format!("{all} rows in {} folds, {} runs", count(group.folds), count(group.runs.len()))
            }
            None => format!("{} training, {} validation, {} test rows", rows[0], rows[1], rows[2]),
        };
        field("data", format!("{}: {rows}", printable(&data.source)));
        if let Some(images) = images(data) {
            field("images", images);
        }
        if let Some(threshold) = self.threshold() {
            field("threshold", threshold);
        }
        field("backend", format!("{} on {}{software}", printable(&record.backend), printable(&record.device)));
        if let Some(seeds) = seeds(record) {
            field(
                if record.group.as_ref().is_some_and(|group| group.seeds.len() > 1) { "seeds" } else { "seed" },
                seeds,
            );
        }
        field(
            "created",
            format!(
                "{} by burn-mlp {} on Burn {}",
                record.created,
                printable(&record.crate_version),
                printable(&record.burn_version)
            ),
        );
    }

    /// "dog at a probability of 0.3712 or more", if the model has a threshold.
    fn threshold(&self) -> Option<String> {
        let metadata = self.metadata.as_ref()?;
        let (threshold, positive) = (metadata.threshold?, metadata.class_names().get(1)?);
        Some(format!("{} at a probability of {threshold} or more", printable(positive)))
    }

    /// Prints timings, resumptions and settings.
    fn show_course(&self) {
        let timings = &self.record.timings;
        // Those of a group or an ensemble are its runs'.
        if self.record.group.is_none() && self.record.ensemble.is_none() {
            field(
                "time",
                format!(
                    "{} training, {} for a median epoch, {} loading, {} evaluating",
                    seconds(timings.train_seconds),
                    seconds(timings.median_epoch_seconds),
                    seconds(timings.load_seconds),
                    seconds(timings.evaluate_seconds)
                ),
            );
        }
        for resumption in &self.record.resumed {
            field(
                "resumed",
                format!("after epoch {} on {}, {}", resumption.epoch, printable(&resumption.backend), resumption.time),
            );
        }
        match self.settings.as_deref() {
            Ok(_) if self.record.ensemble.is_some() => {
                field("settings", "those of its members; inspect them one by one")
            }
            Ok([]) => field("settings", "all defaults"),
            Ok(changed) => changed.iter().for_each(|setting| field("setting", printable(setting))),
            Err(problem) => field("settings", yellow(printable(&problem.to_string()))),
        }
        if self.run.report_path().is_file() {
            field("report", shown_path(&self.run.report_path()));
        }
    }

    fn show_history(&self) {
        let history = match self.history.as_deref() {
            Ok(history) => history,
            Err(problem) => return show_problem(problem),
        };
        let Some(last) = history.last() else { return print("\nno epoch has finished yet") };
        print("");
        let series = |metric: fn(&EpochRow) -> Option<f64>| -> Vec<f64> {
            history.iter().map(|row| metric(row).unwrap_or(f64::NAN)).collect()
        };
        let targets = self.record.data.target_names.len();
        let show = |name: &str, values: &[f64], text: fn(f64) -> String| {
            let name = metric_name(name, targets);
            if let (Some(first), Some(last)) = (values.first(), values.last()) {
                let ends = format!("{} to {}", text(*first), text(*last));
                print(&format!("{name:<15} {}  {}", curve(values, CURVE_WIDTH), dim(ends)));
            }
        };
        show("train loss", &series(|row| Some(row.train_loss)), loss);
        let is_regression = history.iter().any(|row| row.train_rmse.is_some());
        match is_regression {
            true => show("train RMSE", &series(|row| row.train_rmse), number),
            false => show("train accuracy", &series(|row| row.train_accuracy), percent),
        }
        if last.valid_loss.is_some() {
            show("valid loss", &series(|row| row.valid_loss), loss);
            match is_regression {
                true => show("valid RMSE", &series(|row| row.valid_rmse), number),
                false => show("valid accuracy", &series(|row| row.valid_accuracy), percent),
            }
            for (name, value, text) in WATCHED {
                if value(last).is_some() {
                    show(name, &series(value), text);
                }
            }
        }
        show("learning rate", &series(|row| Some(row.learning_rate)), rate);
        self.show_end(last);
    }

    /// The number of epochs, and what is to be known of the curves above.
    fn show_end(&self, last: &EpochRow) {
        let best = self.record.best_epoch.map(|epoch| format!(", best {epoch}")).unwrap_or_default();
        print(&format!("{}{best}", epochs(last.epoch)));
        if let Some(label) = selection_label(&self.record.used_for_selection) {
            print(&dim(format!("the validation rows were {label}")));
        }
        if let Some(note) = deviations_note(self.record.data.target_names.len()) {
            print(&dim(note));
        }
    }

    fn show_evaluation(&self) {
        let reports = match &self.evaluation {
            Ok(reports) if reports.is_empty() => return,
            Ok(reports) => reports,
            Err(problem) => return show_problem(problem),
        };
        if reports.values().any(|report| report.regression().is_some()) {
            print(&format!("\n{}", numbers(reports)));
            return self.show_selections();
        }
        let mut table = plain_table();
        let header = ["accuracy", "loss", "top-k", "macro F1", "calibration error", "rows"].map(right);
        table.set_header([Cell::new("")].into_iter().chain(header));
        let reports = reports.iter().filter_map(|(name, report)| Some((name, report.classification()?)));
        for (name, report) in reports.clone() {
            let top_k = format!("{} (k={})", percent(report.top_k.accuracy), report.top_k.k);
            let cells = [
                percent(report.accuracy),
                loss(report.loss),
                top_k,
                percent(report.macro_mean.f1),
                percent(report.reliability.expected_calibration_error),
                count(report.samples),
            ];
            table.add_row([Cell::new(printable(name))].into_iter().chain(cells.map(right)));
        }
        print(&format!("\n{table}"));
        self.show_selections();
        for (name, report) in reports.clone() {
            print(&format!("{}: {}", printable(name), report.scores().join(", ")));
        }
        for (name, report) in reports {
            if let Some(note) = report.absent_note() {
                print(&dim(format!("{}: {note}", printable(name))));
            }
        }
    }

    /// Says which evaluated rows have chosen something.
    fn show_selections(&self) {
        for (name, report) in self.evaluation.iter().flatten() {
            if let Some(label) = selection_label(report.used_for_selection()) {
                print(&format!("{}: {label}", printable(name)));
            }
        }
    }

    /// Prints what each column of a table became.
    fn show_columns(&self) {
        let Some(schema) = self.metadata.as_ref().and_then(|metadata| metadata.table.as_ref()) else { return };
        let mut table = plain_table();
        table.set_header(["column", "what the network gets"].map(Cell::new));
        for column in schema.columns.iter().take(MAX_COLUMNS) {
            table.add_row([printable(&column.name), schema.description(column)].map(Cell::new));
        }
        print(&format!("\n{table}"));
        let more = schema.columns.len().saturating_sub(MAX_COLUMNS);
        if more > 0 {
            print(&format!("... and {} more columns", count(more)));
        }
    }

    fn show_layers(&self) {
        let layers = match &self.layers {
            Ok(layers) if layers.is_empty() => return,
            Ok(layers) => layers,
            Err(problem) => return show_problem(problem),
        };
        let mut table = plain_table();
        let header = ["shape", "parameters", "weight mean", "deviation", "smallest", "largest"].map(right);
        table.set_header([Cell::new("layer")].into_iter().chain(header));
        for layer in layers {
            let numbers = [layer.mean, layer.standard_deviation, layer.smallest, layer.largest];
            let shape = format!("{} x {}", layer.inputs, layer.outputs);
            let cells = [shape, count(layer.parameters)].into_iter().chain(numbers.map(loss));
            table.add_row([Cell::new(printable(&layer.name))].into_iter().chain(cells.map(right)));
        }
        print(&format!("\n{table}"));
    }
}

/// "28 x 28 pixels, grey, 2 files skipped".
fn images(data: &DataRecord) -> Option<String> {
    let [height, width] = data.image_shape?;
    let colour = if data.image_channels == 3 { "red, green, blue" } else { "grey" };
    let skipped = match data.skipped_files {
        0 => String::new(),
        1 => ", 1 file skipped".to_string(),
        files => format!(", {} files skipped", count(files)),
    };
    Some(format!("{width} x {height} pixels, {colour}{skipped}"))
}

/// The metrics of each target on each split.
fn numbers(reports: &BTreeMap<String, EvaluationReport>) -> String {
    let mut table = plain_table();
    let targets = || reports.values().filter_map(EvaluationReport::regression).flat_map(|report| &report.targets);
    let quantile = targets().find_map(|target| target.predicted_quantile);
    let of_quantile =
        quantile.map(|it| ["pinball loss".to_string(), format!("coverage for {}", it.quantile)].map(right));
    let header = ["RMSE", "MAE", "R2", "rows"].map(right);
    let names = [Cell::new(""), Cell::new("target")];
    table.set_header(names.into_iter().chain(of_quantile.into_iter().flatten()).chain(header));
    for (name, report) in reports.iter().filter_map(|(name, report)| Some((name, report.regression()?))) {
        for target in &report.targets {
            let r2 = target.r2.map_or("-".to_string(), |r2| format!("{r2:.4}"));
            let cells = [number(target.rmse), number(target.mae), r2, count(report.samples)].map(right);
            let of_quantile =
                target.predicted_quantile.map(|it| [number(it.pinball_loss), percent(it.coverage)].map(right));
            let names = [Cell::new(printable(name)), Cell::new(printable(&target.name))];
            table.add_row(names.into_iter().chain(of_quantile.into_iter().flatten()).chain(cells));
        }
    }
    table.to_string()
}

fn field(name: &str, value: impl AsRef<str>) {
    print(&format!("  {:<9} {}", dim(format!("{name:<9}")), value.as_ref()));
}

/// Prints the reason why a section cannot be shown.
fn show_problem(problem: &Error) {
    print(&format!("\n{}", yellow(printable(&problem.to_string()))));
}

/// The status: green if all is well, yellow if the run can be resumed, red if it failed.
fn status(record: &RunRecord) -> String {
    let word = record.status.as_str();
    match record.status {
        Status::Finished | Status::StoppedEarly => green(word),
        Status::Running => word.to_string(),
        Status::Interrupted | Status::Killed => yellow(word),
        Status::Failed => red(word),
    }
}

/// The seed of a run, or the seeds of a group with their repeats; `None` of an ensemble.
fn seeds(record: &RunRecord) -> Option<String> {
    match (&record.group, &record.ensemble) {
        (Some(group), _) => {
            let seeds: Vec<String> = group.seeds.iter().map(u64::to_string).collect();
            let repeats = if group.repeats > 1 { format!(", {} repeats", group.repeats) } else { String::new() };
            Some(format!("{}{repeats}", seeds.join(", ")))
        }
        (None, Some(_)) => None,
        (None, None) => Some(record.seed.to_string()),
    }
}
