//! A run's model and its description.

use std::collections::BTreeMap;

use serde_json::json;

use super::http::limits::Limits;
use super::request::records;
use crate::backend::OpenDevice;
use crate::data::TableSchema;
use crate::error::Result;
use crate::evaluation::EvaluationReport;
use crate::format::without_directory;
use crate::inference::Predictor;
use crate::run_directory::{OUT_OF_FOLD, RunDirectory, RunRecord};
use burn_mlp_infer::Model;

/// Maximum number of probabilities in a response: with many classes, a request may have fewer rows.
const MAX_PROBABILITIES: usize = 100_000;

/// A run's model, ready to serve.
pub struct ServedModel {
    pub(super) predictor: Predictor,
    /// The same model without Burn, if the device is the CPU: it predicts a few rows in
    /// microseconds.
    pub(super) on_cpu: Option<Model>,
    name: String,
    description: serde_json::Value,
}

impl ServedModel {
    /// Loads a run's model onto `device`.
    ///
    /// # Errors
    /// Those of [`Predictor::load`].
    pub fn load(run: &RunDirectory, device: &OpenDevice) -> Result<Self> {
        let predictor = Predictor::load(run.path(), &device.device)?;
        let record = run.read_record()?;
        let metadata = predictor.metadata();
        let valid = valid_metrics(run, &record);
        let description = json!({
            "name": record.name,
            "source": without_directory(&record.data.source),
            "classes": metadata.class_names(),
            "targets": metadata.targets().iter().map(|target| &target.name).collect::<Vec<_>>(),
            "features": metadata.features,
            "image": metadata.image_shape.map(|shape| {
                json!({ "height": shape.height, "width": shape.width, "channels": shape.channels })
            }),
            "pixel_maximum": metadata.normalization.divisor(),
            "example": metadata.table.as_ref().map(TableSchema::example),
            "record": metadata.table.as_ref().map(records::example),
            "centers": metadata.centering_stats().is_some(),
            "members": record.ensemble.as_ref().map(|ensemble| ensemble.members.len()),
            "layers": record.ensemble.is_none().then_some(&record.layer_sizes),
            "parameters": record.parameters,
            "epoch": record.ensemble.is_none().then_some(metadata.epoch),
            "accuracy": {
                "test": record.test.and_then(|test| test.accuracy),
                "valid": valid.0,
            },
            "rmse": {
                "test": record.test.and_then(|test| test.rmse),
                "valid": valid.1,
            },
            "used_for_selection": record.used_for_selection,
            "backend": device.backend.name(),
            "version": env!("CARGO_PKG_VERSION"),
        });
        let on_cpu = if device.backend.compiles_kernels() { None } else { Some(Model::load(run.path())?) };
        Ok(Self { predictor, on_cpu, name: record.name, description })
    }

    /// The run's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The response to `GET /model`.
    pub(super) fn describe(&self, limits: &Limits) -> String {
        let mut description = self.description.clone();
        description["limits"] = json!({ "rows": self.max_rows(limits), "bytes": limits.body });
        description.to_string()
    }

    /// Maximum number of rows in a request.
    pub(super) fn max_rows(&self, limits: &Limits) -> usize {
        limits.rows.min(MAX_PROBABILITIES / self.predictor.metadata().outputs()).max(1)
    }
}

/// The accuracy, or else the RMSE, of the validation rows; of an ensemble, which has no epochs, of its evaluation.
fn valid_metrics(run: &RunDirectory, record: &RunRecord) -> (Option<f64>, Option<f64>) {
    if record.ensemble.is_none() {
        let epoch = record.best.or(record.last);
        return (epoch.and_then(|epoch| epoch.valid_accuracy), epoch.and_then(|epoch| epoch.valid_rmse));
    }
    let reports = run.read_evaluation::<BTreeMap<String, EvaluationReport>>().ok().flatten().unwrap_or_default();
    let valid = reports.get("valid").or_else(|| reports.get(OUT_OF_FOLD));
    (valid.and_then(EvaluationReport::accuracy), valid.and_then(EvaluationReport::rmse))
}
