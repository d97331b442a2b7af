//! `burn-mlp inspect`: what a run is, how it went and how good it is.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use burn_mlp::artifact::{DataRecord, EpochRow, RunDirectory, RunRecord, Status};
use burn_mlp::backend;
use burn_mlp::evaluation::EvaluationReport;
use burn_mlp::inference::Predictor;
use burn_mlp::model::LayerStatistics;
use burn_mlp::pipeline::configuration;
use burn_mlp::{Error, Result};
use clap::Args;
use comfy_table::Cell;
use serde_json::json;

use super::args::PlaceArgs;
use super::console::{self, bold, dim, green, print, red, yellow};
use super::failure::printable;
use super::format::{count, curve, epochs, loss, percent, rate, seconds, shown_path};
use super::tables::{plain_table, right};

#[derive(Debug, Args)]
pub struct InspectArgs {
    /// A run's directory, or its name under --out
    pub run: PathBuf,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Print JSON in place of tables
    #[arg(long)]
    pub json: bool,
}

/// Columns of the curves.
const CURVE_WIDTH: usize = 50;

/// A run as far as it can be read; only its record has to be.
struct Inspected {
    run: RunDirectory,
    record: RunRecord,
    /// Each setting that is not the default.
    settings: Result<Vec<String>>,
    history: Result<Vec<EpochRow>>,
    evaluation: Result<BTreeMap<String, EvaluationReport>>,
    /// None before the first epoch is done.
    layers: Result<Vec<LayerStatistics>>,
}

pub fn run(args: &InspectArgs) -> Result<ExitCode> {
    let inspected = Inspected::read(RunDirectory::find(&args.run, &args.place.out)?)?;
    if args.json {
        print(&console::json(&inspected.as_json())?);
    } else {
        inspected.show();
    }
    Ok(ExitCode::SUCCESS)
}

impl Inspected {
    fn read(run: RunDirectory) -> Result<Self> {
        let record = run.read_record()?;
        Ok(Self {
            settings: configuration(&run).and_then(|config| config.changed_settings()),
            history: history(&run, &record),
            evaluation: evaluation(&run, &record),
            layers: if record.epochs_done == 0 { Ok(Vec::new()) } else { layers(&run) },
            record,
            run,
        })
    }

    fn as_json(&self) -> serde_json::Value {
        json!({
            "path": self.run.path().display().to_string(),
            "record": self.record,
            "settings": self.settings.as_ref().ok(),
            "history": self.history.as_ref().ok(),
            "layers": self.layers.as_ref().ok(),
            "evaluation": self.evaluation.as_ref().ok(),
            "problems": self.problems(),
        })
    }

    /// What cannot be read, each in a sentence.
    fn problems(&self) -> Vec<String> {
        let problems = [
            self.settings.as_ref().err(),
            self.history.as_ref().err(),
            self.evaluation.as_ref().err(),
            self.layers.as_ref().err(),
        ];
        problems.into_iter().flatten().map(Error::to_string).collect()
    }

    fn show(&self) {
        self.show_what();
        self.show_course();
        self.show_history();
        self.show_evaluation();
        self.show_layers();
    }

    fn show_what(&self) {
        let record = &self.record;
        let data = &record.data;
        let reason = record.reason.as_ref().map(|reason| format!(": {}", printable(reason))).unwrap_or_default();
        print(&format!("{}  {}{reason}", bold(printable(&record.name)), status(record)));
        let sizes: Vec<String> = record.layer_sizes.iter().map(usize::to_string).collect();
        let software = if record.software_adapter { " (a software rasteriser)" } else { "" };
        let rows = [data.train_rows, data.valid_rows, data.test_rows].map(count);
        field("network", format!("{}, {} parameters", sizes.join("-"), count(record.parameters)));
        field(
            "data",
            format!("{}: {} training, {} validation, {} test rows", printable(&data.source), rows[0], rows[1], rows[2]),
        );
        if let Some(images) = images(data) {
            field("images", images);
        }
        field("backend", format!("{} on {}{software}", printable(&record.backend), printable(&record.device)));
        field("seed", record.seed.to_string());
        field(
            "made",
            format!(
                "{} by burn-mlp {} on Burn {}",
                record.created,
                printable(&record.crate_version),
                printable(&record.burn_version)
            ),
        );
    }

    /// How long it took, where it was continued, and what was asked for.
    fn show_course(&self) {
        let timings = &self.record.timings;
        field(
            "time",
            format!(
                "{} training, {} a median epoch, {} loading, {} evaluating",
                seconds(timings.train_seconds),
                seconds(timings.median_epoch_seconds),
                seconds(timings.load_seconds),
                seconds(timings.evaluate_seconds)
            ),
        );
        for resumption in &self.record.resumed {
            field(
                "resumed",
                format!("after epoch {} on {}, {}", resumption.epoch, printable(&resumption.backend), resumption.time),
            );
        }
        match self.settings.as_deref() {
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
        let Some(last) = history.last() else { return print("\nno epoch is done yet") };
        print("");
        let series = |figure: fn(&EpochRow) -> Option<f64>| -> Vec<f64> {
            history.iter().map(|row| figure(row).unwrap_or(f64::NAN)).collect()
        };
        let show = |name: &str, values: &[f64], text: fn(f64) -> String| {
            if let (Some(first), Some(last)) = (values.first(), values.last()) {
                let ends = format!("{} to {}", text(*first), text(*last));
                print(&format!("{name:<15} {}  {}", curve(values, CURVE_WIDTH), dim(ends)));
            }
        };
        show("train loss", &series(|row| Some(row.train_loss)), loss);
        show("train accuracy", &series(|row| Some(row.train_accuracy)), percent);
        if last.valid_loss.is_some() {
            show("valid loss", &series(|row| row.valid_loss), loss);
            show("valid accuracy", &series(|row| row.valid_accuracy), percent);
        }
        show("learning rate", &series(|row| Some(row.learning_rate)), rate);
        let best = self.record.best_epoch.map(|epoch| format!(", the best is {epoch}")).unwrap_or_default();
        print(&format!("{}{best}", epochs(last.epoch)));
    }

    fn show_evaluation(&self) {
        let reports = match &self.evaluation {
            Ok(reports) if reports.is_empty() => return,
            Ok(reports) => reports,
            Err(problem) => return show_problem(problem),
        };
        let mut table = plain_table();
        let header = ["accuracy", "loss", "top-k", "macro F1", "calibration error", "rows"].map(right);
        table.set_header([Cell::new("")].into_iter().chain(header));
        for (name, report) in reports {
            let top_k = format!("{} (k={})", percent(report.top_k.accuracy), report.top_k.k);
            let figures = [
                percent(report.accuracy),
                loss(report.loss),
                top_k,
                percent(report.macro_mean.f1),
                percent(report.reliability.expected_calibration_error),
                count(report.samples),
            ];
            table.add_row([Cell::new(printable(name))].into_iter().chain(figures.map(right)));
        }
        print(&format!("\n{table}"));
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

fn field(name: &str, value: impl AsRef<str>) {
    print(&format!("  {:<9} {}", dim(format!("{name:<9}")), value.as_ref()));
}

/// A part that cannot be read, in its place.
fn show_problem(problem: &Error) {
    print(&format!("\n{}", yellow(printable(&problem.to_string()))));
}

fn history(run: &RunDirectory, record: &RunRecord) -> Result<Vec<EpochRow>> {
    let history = run.read_metrics()?;
    if history.is_empty() && record.epochs_done > 0 {
        let done = epochs(record.epochs_done);
        let problem = format!("holds none of the {done} done; resume the run to write it again");
        return Err(Error::run(run.path().join("metrics.csv"), problem));
    }
    Ok(history)
}

fn evaluation(run: &RunDirectory, record: &RunRecord) -> Result<BTreeMap<String, EvaluationReport>> {
    let has_ended = matches!(record.status, Status::Finished | Status::StoppedEarly);
    match run.read_evaluation()? {
        None if has_ended => {
            let problem = "is missing; write it again with `burn-mlp evaluate`";
            Err(Error::run(run.path().join("evaluation.json"), problem))
        }
        reports => Ok(reports.unwrap_or_default()),
    }
}

fn layers(run: &RunDirectory) -> Result<Vec<LayerStatistics>> {
    let device = backend::open(backend::host())?;
    let predictor = Predictor::load(run.path(), &device.device)?;
    predictor.mlp().statistics().map_err(|problem| Error::run(run.model_path(), problem))
}

/// The status in the colour that says whether something has to be done.
fn status(record: &RunRecord) -> String {
    let word = record.status.as_str();
    match record.status {
        Status::Finished | Status::StoppedEarly => green(word),
        Status::Running => word.to_string(),
        Status::Interrupted | Status::Killed => yellow(word),
        Status::Failed => red(word),
    }
}
