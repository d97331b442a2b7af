//! `burn-mlp ensemble`: makes one model of several runs, the mean of what they predict.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::config::{BackendRequest, Selection};
use burn_mlp::data::LoadProgress;
use burn_mlp::evaluation::EvaluationReport;
use burn_mlp::format::{count, loss, metric_name, number, percent, shown_path};
use burn_mlp::pipeline::{self, Ensemble, EnsembleOptions, RunLocation};
use burn_mlp::run_directory::{EnsembleRecord, RunDirectory, RunRecord, TestMetrics};
use burn_mlp::text::printable;
use clap::Args;
use comfy_table::Cell;
use serde_json::json;

use crate::cli::common_args::RunsDirArgs;
use crate::cli::terminal::colour::bold;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::load_bar::LoadBar;
use crate::cli::terminal::tables::{plain_table, right, trimmed};
use crate::cli::terminal::{json, quiet_drivers, tables};
use crate::cli::value_parsers::backend;

/// Stands for a metric that no rows can tell.
const UNKNOWN: &str = "-";

#[derive(Debug, Args)]
pub struct EnsembleArgs {
    /// Runs or cross-validations, each of whose runs becomes a member: directories, or names under --out
    #[arg(value_name = "RUN", required = true)]
    pub runs: Vec<PathBuf>,
    #[command(flatten)]
    pub runs_dir: RunsDirArgs,
    /// Name of the ensemble's directory [default: generated]
    #[arg(long)]
    pub name: Option<String>,
    /// Choose members and their shares by rows that no run was trained on: validation rows that all runs share, or
    /// held-out folds
    #[arg(long)]
    pub greedy: bool,
    /// Backend to evaluate on [default: that of the first run]
    #[arg(long, value_name = "NAME[:INDEX]", value_parser = backend)]
    pub backend: Option<BackendRequest>,
    /// Where the runs' data is now, if it has moved
    #[arg(long, value_name = "SOURCE")]
    pub data: Option<String>,
    /// Directory with the source's files, if they have moved
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// Print JSON instead of tables
    #[arg(long)]
    pub json: bool,
}

pub fn run(args: &EnsembleArgs, console: &mut Console) -> Result<ExitCode> {
    let out = &args.runs_dir.out;
    let runs = args.runs.iter().map(|run| RunDirectory::find(run, out)).collect::<Result<Vec<_>>>()?;
    if let Some(backend) = args.backend {
        quiet_drivers::open_backend(backend, console.verbose())?;
    }
    // A path may be other than Unicode.
    let arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned()).collect();
    let location = RunLocation { out: out.clone(), name: args.name.clone(), arguments };
    let mut load_bar = LoadBar::default();
    let mut progress = |at: LoadProgress| load_bar.show(console, &at);
    let options = EnsembleOptions {
        greedy: args.greedy,
        backend: args.backend,
        source: args.data.clone(),
        data_dir: args.data_dir.clone(),
    };
    let ensemble = pipeline::ensemble(&runs, &options, &location, &mut progress)?;
    console.end_bar();
    ensemble.notes.iter().for_each(|note| console.note(note));
    match args.json {
        true => console.result(as_json(&ensemble)?),
        false => show(&ensemble, console),
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(ensemble: &Ensemble) -> Result<String> {
    let Ensemble { run, record, evaluations, notes } = ensemble;
    let reports: BTreeMap<&str, &EvaluationReport> =
        evaluations.iter().map(|(rows, evaluation)| (rows.as_str(), &evaluation.report)).collect();
    json::json(&json!({
        "path": run.path().display().to_string(),
        "ensemble": record.ensemble,
        "evaluation": reports,
        "notes": notes,
    }))
}

fn show(ensemble: &Ensemble, console: &mut Console) {
    let Ensemble { run, record, evaluations, .. } = ensemble;
    if let Some(made) = &record.ensemble {
        let members = made.members.len();
        console.line(format!("{}, {} parameters\n", tables::members(members), count(record.parameters)));
        console.line(candidates(made, record));
    }
    for (index, (rows, evaluation)) in evaluations.iter().enumerate() {
        console.line("");
        console.result(bold(tables::heading(rows, &evaluation.report)));
        if index + 1 == evaluations.len() {
            tables::details(&evaluation.report).into_iter().for_each(|table| console.line(table));
        }
    }
    if evaluations.is_empty() {
        console.line("\nno rows are left that no member was trained on, so the ensemble is not evaluated");
    }
    console.line("");
    console.line(format!("saved in {}", shown_path(run.path())));
    console.line(format!("report   {}", shown_path(&run.report_path())));
}

/// What each candidate adds.
pub fn candidates(ensemble: &EnsembleRecord, record: &RunRecord) -> String {
    let mut table = plain_table();
    let metric = match record.data.target_names.len() {
        0 => "accuracy".to_string(),
        targets => metric_name("RMSE", targets),
    };
    table.set_header([
        Cell::new("run"),
        right("members"),
        right("share"),
        right(metric),
        right("loss"),
        right("loss of the ensemble without it"),
    ]);
    let shown = |metrics: Option<TestMetrics>, show: &dyn Fn(TestMetrics) -> Option<String>| {
        right(metrics.and_then(show).unwrap_or_else(|| UNKNOWN.to_string()))
    };
    let judged = |metrics: TestMetrics| metrics.accuracy.map(percent).or_else(|| metrics.rmse.map(number));
    for candidate in &ensemble.candidates {
        table.add_row([
            Cell::new(printable(&candidate.name)),
            right(candidate.members.len()),
            right(percent(candidate.share)),
            shown(candidate.alone, &judged),
            shown(candidate.alone, &|metrics| Some(loss(metrics.loss))),
            shown(candidate.without, &|metrics| Some(loss(metrics.loss))),
        ]);
    }
    let by = match ensemble.judged_by.as_deref() {
        Some("valid") => "by the validation rows, on which no run was trained",
        Some(_) => "by the rows of all folds, each predicted only by runs that held it out",
        None => "every row was used to train some run, so what each adds cannot be judged",
    };
    let accuracy = match record.used_for_selection.contains(&Selection::Threshold) {
        true => "; accuracy of the more probable class",
        false => "",
    };
    format!("{}\n{by}{accuracy}", trimmed(&table))
}
