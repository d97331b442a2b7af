//! `burn-mlp evaluate`: evaluates a run's model on one of its splits, or on new rows.

use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::config::{BackendRequest, Layers};
use burn_mlp::data::LoadProgress;
use burn_mlp::evaluation::EvaluationReport;
use burn_mlp::format::{short_time, shown_path};
use burn_mlp::infer::table::{Warning, sentences};
use burn_mlp::pipeline::{self, Evaluation, Judged, Split};
use burn_mlp::text::printable;
use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::cli::common_args::RunArgs;
use crate::cli::terminal::colour::bold;
use crate::cli::terminal::console::Console;
use crate::cli::terminal::json::json;
use crate::cli::terminal::load_bar::LoadBar;
use crate::cli::terminal::{quiet_drivers, tables};
use crate::cli::value_parsers::backend;

#[derive(Debug, Args)]
pub struct EvaluateArgs {
    #[command(flatten)]
    pub run: RunArgs,
    /// Rows to evaluate on
    #[arg(long, value_enum, default_value_t = SplitName::Test)]
    pub split: SplitName,
    /// Backend to evaluate on [default: the run's]
    #[arg(long, value_name = "NAME[:INDEX]", value_parser = backend)]
    pub backend: Option<BackendRequest>,
    /// Evaluate on new rows instead: csv:FILE, images:DIR or another source, or the run's own data where it lies now
    #[arg(long, value_name = "SOURCE")]
    pub data: Option<String>,
    /// Directory with the source's files
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// Never download
    #[arg(long)]
    pub offline: bool,
    /// Print JSON instead of tables
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SplitName {
    Test,
    Valid,
    Train,
}

pub fn run(args: &EvaluateArgs, console: &mut Console) -> Result<ExitCode> {
    let run = args.run.open(console)?;
    let mut layers = Layers::from_config(pipeline::configuration(&run)?);
    if let Some(directory) = &args.data_dir {
        layers = layers.override_text("data.dir", directory);
    }
    if args.offline {
        layers = layers.override_text("data.offline", "true");
    }
    let config = layers.resolve()?;
    let backend = args.backend.map_or_else(|| config.backend.parse(), Ok)?;
    let split = Split::from(args.split);
    quiet_drivers::open_backend(backend, console.verbose())?;
    let mut load_bar = LoadBar::default();
    let mut progress = |at: LoadProgress| load_bar.show(console, &at);
    let judged = match &args.data {
        None => Judged::OwnData(pipeline::evaluate(&run, &config, backend, split, &mut progress)?),
        Some(source) => pipeline::evaluate_source(&run, &config, source, backend, split, &mut progress)?,
    };
    console.end_bar();
    match (&judged, &args.data) {
        (Judged::OwnData(evaluation), source) => {
            if source.is_some() {
                console.note(&format!("this is the run's own data, so its {split} rows are evaluated"));
            }
            let saved = format!("saved in {}", shown_path(run.path()));
            let heading = tables::heading(split.name(), &evaluation.report);
            show(&heading, evaluation, json(&evaluation.report)?, &saved, args.json, console);
        }
        (Judged::NewRows { evaluation, warnings, notes }, source) => {
            notes.iter().for_each(|note| console.note(note));
            sentences(warnings).iter().for_each(|warning| console.warn(warning));
            let source = source.as_deref().unwrap_or_default();
            let result = NewRowsReport { source, report: &evaluation.report, warnings, notes };
            let heading = tables::heading(&printable(source), &evaluation.report);
            show(&heading, evaluation, json(&result)?, "nothing is saved", args.json, console);
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// An evaluation on new rows, as JSON.
#[derive(Serialize)]
struct NewRowsReport<'a> {
    source: &'a str,
    #[serde(flatten)]
    report: &'a EvaluationReport,
    warnings: &'a [Warning],
    notes: &'a [String],
}

fn show(heading: &str, evaluation: &Evaluation, json: String, saved: &str, as_json: bool, console: &mut Console) {
    if as_json {
        console.result(json);
        return;
    }
    console.result(bold(heading));
    tables::details(&evaluation.report).into_iter().for_each(|table| console.result(table));
    let time = short_time(evaluation.seconds);
    console.line(format!("evaluated in {time}, without loading; {saved}"));
}

impl From<SplitName> for Split {
    fn from(split: SplitName) -> Self {
        match split {
            SplitName::Test => Self::Test,
            SplitName::Valid => Self::Valid,
            SplitName::Train => Self::Train,
        }
    }
}
