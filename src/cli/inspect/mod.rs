//! `burn-mlp inspect`: what a run is, how it went and how good it is.

mod show;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use burn_mlp::artifact::{EpochRow, RunDirectory, RunRecord, Status};
use burn_mlp::backend;
use burn_mlp::evaluation::EvaluationReport;
use burn_mlp::inference::Predictor;
use burn_mlp::model::LayerStatistics;
use burn_mlp::pipeline::configuration;
use burn_mlp::{Error, Result};
use clap::Args;
use serde_json::json;

use super::args::PlaceArgs;
use super::console::{self, print};
use super::format::epochs;

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
