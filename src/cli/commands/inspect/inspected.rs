//! Reads everything that a run directory says about its run.

use std::collections::BTreeMap;

use burn_mlp::backend;
use burn_mlp::evaluation::{EvaluationReport, MetricSpread};
use burn_mlp::format::epochs;
use burn_mlp::infer::ModelMetadata;
use burn_mlp::inference::Predictor;
use burn_mlp::model::LayerStatistics;
use burn_mlp::pipeline::configuration;
use burn_mlp::run_directory::{EpochRow, ListedGroupRun, RunDirectory, RunRecord, Status};
use burn_mlp::{Error, Result};
use serde_json::json;

/// A run, as far as it can be read. Only its record is required.
pub struct Inspected {
    pub run: RunDirectory,
    pub record: RunRecord,
    /// The settings that differ from the defaults.
    pub settings: Result<Vec<String>>,
    pub history: Result<Vec<EpochRow>>,
    pub evaluation: Result<BTreeMap<String, EvaluationReport>>,
    /// What the model file says of its model; `None` if it cannot be read, which `layers` explains.
    pub metadata: Option<ModelMetadata>,
    /// The runs of a group; none of a single run.
    pub runs: Vec<ListedGroupRun>,
    /// Empty before the first epoch has finished.
    pub layers: Result<Vec<LayerStatistics>>,
}

impl Inspected {
    pub fn read(run: RunDirectory) -> Result<Self> {
        let record = run.read_record()?;
        Ok(Self {
            settings: configuration(&run).and_then(|config| config.changed_settings()),
            history: history(&run, &record),
            evaluation: evaluation(&run, &record),
            metadata: run.read_model().ok().and_then(|file| ModelMetadata::of_file(&file).ok()),
            layers: if record.epochs_done == 0 { Ok(Vec::new()) } else { layers(&run) },
            runs: record.group.as_ref().map_or(Vec::new(), |group| run.group_runs(&group.runs)),
            record,
            run,
        })
    }

    pub fn as_json(&self) -> serde_json::Value {
        json!({
            "path": self.run.path().display().to_string(),
            "record": self.record,
            "settings": self.settings.as_ref().ok(),
            "history": self.history.as_ref().ok(),
            "threshold": self.metadata.as_ref().and_then(|metadata| metadata.threshold),
            "runs": self.runs_as_json(),
            "members": self.metadata.as_ref().map(|metadata| &metadata.members).filter(|members| !members.is_empty()),
            "columns": self.columns(),
            "layers": self.layers.as_ref().ok(),
            "evaluation": self.evaluation.as_ref().ok(),
            "problems": self.problems(),
        })
    }

    /// The metrics of each run of a group, and their means.
    pub fn metrics(&self) -> Vec<MetricSpread> {
        let reports: Vec<&EvaluationReport> = self.runs.iter().filter_map(|run| run.report.as_ref()).collect();
        MetricSpread::of(&reports)
    }

    fn runs_as_json(&self) -> Option<serde_json::Value> {
        let run = |run: &ListedGroupRun| {
            json!({
                "name": run.planned.name,
                "seed": run.planned.seed,
                "repeat": run.planned.repeat,
                "fold": run.planned.fold,
                "status": run.record.as_ref().and_then(|record| Some(record.as_ref().ok()?.status)),
                "problem": run.record.as_ref().and_then(|record| Some(record.as_ref().err()?.to_string())),
                "held_out": run.report,
            })
        };
        let runs: Vec<_> = self.runs.iter().map(run).collect();
        (!runs.is_empty()).then(|| json!({ "runs": runs, "metrics": self.metrics() }))
    }

    /// What each column of a table became, by its name.
    fn columns(&self) -> Option<Vec<serde_json::Value>> {
        let schema = self.metadata.as_ref()?.table.as_ref()?;
        let encoding = |column| schema.description(column);
        Some(schema.columns.iter().map(|column| json!({ "name": column.name, "encoding": encoding(column) })).collect())
    }

    /// One sentence for each file that cannot be read.
    fn problems(&self) -> Vec<String> {
        let problems = [
            self.settings.as_ref().err(),
            self.history.as_ref().err(),
            self.evaluation.as_ref().err(),
            self.layers.as_ref().err(),
        ];
        let unreadable = problems.into_iter().flatten().map(Error::to_string);
        unreadable.chain(self.record.outdated_by(&self.runs)).collect()
    }
}

fn history(run: &RunDirectory, record: &RunRecord) -> Result<Vec<EpochRow>> {
    let history = run.read_metrics()?;
    if history.is_empty() && record.epochs_done > 0 {
        let done = epochs(record.epochs_done);
        let problem = format!("has no rows, but {done} are done; resume the run to restore it");
        return Err(Error::run(run.path().join("metrics.csv"), problem));
    }
    Ok(history)
}

fn evaluation(run: &RunDirectory, record: &RunRecord) -> Result<BTreeMap<String, EvaluationReport>> {
    let has_ended = matches!(record.status, Status::Finished | Status::StoppedEarly);
    match run.read_evaluation()? {
        None if has_ended => {
            let problem = "is missing; restore it with `burn-mlp evaluate`";
            Err(Error::run(run.path().join("evaluation.json"), problem))
        }
        reports => Ok(reports.unwrap_or_default()),
    }
}

fn layers(run: &RunDirectory) -> Result<Vec<LayerStatistics>> {
    let device = backend::open(backend::host())?;
    let predictor = Predictor::load(run.path(), &device.device)?;
    let statistics = predictor.networks().iter().map(burn_mlp::model::Mlp::statistics);
    let layers = statistics.collect::<std::result::Result<Vec<_>, _>>();
    layers.map(|layers| layers.concat()).map_err(|problem| Error::run(run.model_path(), problem))
}
