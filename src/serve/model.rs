use serde_json::json;

use super::Limits;
use crate::artifact::RunDirectory;
use crate::backend::OpenDevice;
use crate::data::TableSchema;
use crate::error::Result;
use crate::inference::{Normalization, Predictor};

/// Most probabilities in an answer: with many classes, fewer rows are taken at once.
const MOST_PROBABILITIES: usize = 100_000;

/// A run's model, ready to serve.
pub struct Model {
    pub(super) predictor: Predictor,
    /// Whether it computes on the processor, where a small batch is done in microseconds.
    pub(super) on_processor: bool,
    name: String,
    description: serde_json::Value,
}

impl Model {
    /// Loads a run's model onto `device`.
    ///
    /// # Errors
    /// As [`Predictor::load`].
    pub fn load(run: &RunDirectory, device: &OpenDevice) -> Result<Self> {
        let predictor = Predictor::load(run.path(), &device.device)?;
        let record = run.read_record()?;
        let metadata = predictor.metadata();
        let maximum = match metadata.normalization {
            Normalization::DivideBy(maximum) => Some(maximum),
            Normalization::None => None,
        };
        let description = json!({
            "name": record.name,
            "source": metadata.source,
            "classes": metadata.class_names,
            "features": metadata.features,
            "image": metadata.image_shape.map(|shape| {
                json!({ "height": shape.height, "width": shape.width, "channels": shape.channels })
            }),
            "pixel_maximum": maximum,
            "example": metadata.table.as_ref().map(TableSchema::example),
            "centers": metadata.ink_framing().is_some(),
            "layers": record.layer_sizes,
            "parameters": record.parameters,
            "epoch": metadata.epoch,
            "accuracy": {
                "test": record.test.map(|test| test.accuracy),
                "valid": record.best.or(record.last).and_then(|figures| figures.valid_accuracy),
            },
            "backend": device.backend.name(),
            "version": env!("CARGO_PKG_VERSION"),
        });
        let on_processor = !device.backend.compiles_kernels();
        Ok(Self { predictor, on_processor, name: record.name, description })
    }

    /// The run's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What `GET /model` answers.
    pub(super) fn describe(&self, limits: &Limits) -> String {
        let mut description = self.description.clone();
        description["limits"] = json!({ "rows": self.most_rows(limits), "bytes": limits.body });
        description.to_string()
    }

    /// Rows that a request may have.
    pub(super) fn most_rows(&self, limits: &Limits) -> usize {
        limits.rows.min(MOST_PROBABILITIES / self.predictor.metadata().classes()).max(1)
    }
}
