//! `burn-mlp evaluate`: evaluates a run's model on one of its splits.

use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::config::{BackendRequest, Layers};
use burn_mlp::format::{short_time, shown_path};
use burn_mlp::pipeline::{self, Split};
use clap::{Args, ValueEnum};

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
    let evaluation = pipeline::evaluate(&run, &config, backend, split, &mut |at| load_bar.show(console, &at))?;
    console.end_bar();
    let report = &evaluation.report;
    if args.json {
        console.result(json(report)?);
        return Ok(ExitCode::SUCCESS);
    }
    console.result(bold(tables::heading(split, report)));
    console.result(tables::confusion_matrix(report));
    console.result(tables::classes(report));
    let time = short_time(evaluation.seconds);
    console.line(format!("evaluated in {time}, without loading; saved in {}", shown_path(run.path())));
    Ok(ExitCode::SUCCESS)
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
