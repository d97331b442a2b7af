//! `burn-mlp evaluate`: a run's model on one of its splits.

use std::process::ExitCode;

use burn_mlp::Result;
use burn_mlp::artifact::RunDirectory;
use burn_mlp::config::Layers;
use burn_mlp::pipeline::{self, Part};

use super::args::{EvaluateArgs, SplitName};
use super::console::{Console, bold, json};
use super::format::shown_path;
use super::{quiet_drivers, tables};

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
    let evaluation = pipeline::evaluate(&run, &config, backend.parse()?, part, &mut |_| ())?;
    let report = &evaluation.report;
    if args.json {
        console.answer(json(report)?);
        return Ok(ExitCode::SUCCESS);
    }
    console.answer(bold(tables::heading(part, report)));
    console.answer(tables::confusion_matrix(report));
    console.answer(tables::classes(report));
    console.line(format!("saved in {}", shown_path(run.path())));
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
