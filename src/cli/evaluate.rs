//! `burn-mlp evaluate`: a run's model on one of its splits.

use std::path::PathBuf;
use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::artifact::RunDirectory;
use burn_mlp::config::Layers;
use burn_mlp::pipeline::{self, Part};
use clap::{Args, ValueEnum};

use super::args::PlaceArgs;
use super::console::{Console, bold, json};
use super::format::{short_time, shown_path};
use super::load_bar::LoadBar;
use super::{quiet_drivers, tables};

#[derive(Debug, Args)]
pub struct EvaluateArgs {
    /// A run's directory, or its name under --out
    pub run: PathBuf,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Which rows
    #[arg(long, value_enum, default_value_t = SplitName::Test)]
    pub split: SplitName,
    /// Backend to evaluate on [default: the run's]
    #[arg(long, value_name = "NAME[:INDEX]")]
    pub backend: Option<String>,
    /// Directory that holds the source's files
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// Never download
    #[arg(long)]
    pub offline: bool,
    /// Print JSON in place of tables
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
    let run = RunDirectory::find(&args.run, &args.place.out)?;
    let mut layers = Layers::from_config(pipeline::configuration(&run)?);
    if let Some(directory) = &args.data_dir {
        layers = layers.override_text("data.dir", directory);
    }
    if args.offline {
        layers = layers.override_value("data.offline", true);
    }
    let config = layers.resolve()?;
    let backend = args.backend.as_deref().unwrap_or(&config.backend);
    let part = Part::from(args.split);
    quiet_drivers::open_backend(backend, console.verbose())?;
    let mut load_bar = LoadBar::default();
    let evaluation = pipeline::evaluate(&run, &config, backend.parse()?, part, &mut |at| load_bar.show(console, &at))?;
    console.end_bar();
    let report = &evaluation.report;
    if args.json {
        console.answer(json(report)?);
        return Ok(ExitCode::SUCCESS);
    }
    console.answer(bold(tables::heading(part, report)));
    console.answer(tables::confusion_matrix(report));
    console.answer(tables::classes(report));
    let time = short_time(evaluation.seconds);
    console.line(format!("evaluated in {time} once loaded, saved in {}", shown_path(run.path())));
    Ok(ExitCode::SUCCESS)
}

impl From<SplitName> for Part {
    fn from(split: SplitName) -> Self {
        match split {
            SplitName::Test => Self::Test,
            SplitName::Valid => Self::Valid,
            SplitName::Train => Self::Train,
        }
    }
}
