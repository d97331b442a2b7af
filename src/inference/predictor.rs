use std::io::BufRead;
use std::path::Path;

use burn::tensor::{Device, Tensor, TensorData};
use serde::Serialize;

use burn_mlp_infer::csv::read_rows;
use burn_mlp_infer::model_file::network_file;
use burn_mlp_infer::table::Warning;
use burn_mlp_infer::{Architecture, ModelMetadata, NetworkDescription, Prediction, Predictions, RunIdentity, Task};

use crate::backend::reasons;
use crate::config::ModelConfig;
use crate::data::Samples;
use crate::error::{Error, Result};
use crate::model::Mlp;
use crate::run_directory::RunDirectory;

/// Rows that go through the network at once.
const BATCH_SIZE: usize = 1000;

/// A trained model on a device: a network, or an ensemble's.
///
/// ```no_run
/// # fn main() -> burn_mlp::Result<()> {
/// use burn_mlp::{backend, inference::Predictor};
///
/// let device = backend::open("flex".parse()?)?;
/// let predictor = Predictor::load("artifacts/digits-flex-001", &device.device)?;
/// let row = [0.0; 64]; // [features], as in the training data: here pixels from 0 to 16
/// for prediction in predictor.predict(&row)?.predictions {
///     println!("{prediction}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Predictor {
    /// One, or those of an ensemble's members, in the order of [`ModelMetadata::networks`].
    networks: Vec<Mlp>,
    metadata: ModelMetadata,
    device: Device,
}

/// What an evaluation needs of a configuration.
fn model_config(model: &Architecture) -> ModelConfig {
    let Architecture { hidden, activation, batch_norm, dropout, members } = model.clone();
    ModelConfig { hidden, activation, batch_norm, dropout, members, ..ModelConfig::default() }
}

impl Predictor {
    /// Loads the model of a run directory.
    ///
    /// # Errors
    /// If there is no model yet, or its file is damaged or another run's.
    pub fn load(run: impl AsRef<Path>, device: &Device) -> Result<Self> {
        let run = RunDirectory::open(run.as_ref())?;
        let file = run.read_model()?;
        let record = run.read_record()?;
        let identity = RunIdentity { identity_hash: record.identity_hash, data_hash: record.data.hash };
        let unusable = |problem: String| Error::run(run.model_path(), problem);
        let predictor = Self::from_safetensors(file, device).map_err(unusable)?;
        predictor.metadata.check_run(&identity).map_err(unusable)?;
        Ok(predictor)
    }

    /// Takes a model file's bytes.
    ///
    /// # Errors
    /// A sentence, if the file is damaged or of another format.
    pub fn from_safetensors(file: Vec<u8>, device: &Device) -> std::result::Result<Self, String> {
        let metadata = ModelMetadata::of_file(&file)?;
        // Autodiff would keep dropout and batch-norm in their training mode.
        let device = device.clone().inner();
        let described = metadata.networks();
        let network = |network: &NetworkDescription| {
            let own = if network.prefix.is_empty() { file.clone() } else { network_file(&file, &network.prefix)? };
            let config = model_config(network.model);
            let mlp = Mlp::new(&config, network.inputs.clone(), metadata.outputs(), 0, &device);
            mlp.map_err(|error| error.to_string())?.load_safetensors(own)
        };
        let networks = described.iter().map(network).collect::<std::result::Result<_, _>>()?;
        Ok(Self { networks, metadata, device })
    }

    /// What the model file says of the model.
    pub fn metadata(&self) -> &ModelMetadata {
        &self.metadata
    }

    /// The networks themselves, on a device without autodiff: one, or those of an ensemble's members.
    pub fn networks(&self) -> &[Mlp] {
        &self.networks
    }

    /// Predicts raw rows `[n, features]`, as the training data had them: pixels from 0 to their maximum, other numbers
    /// unchanged; of a table, the numbers of its columns `[n, columns]`, with NaN for a missing value.
    ///
    /// # Errors
    /// Those of [`ModelMetadata::encode_rows`]; also if the network overflows or the device fails.
    pub fn predict(&self, rows: &[f32]) -> Result<Predictions<'_>> {
        let (features, warnings) = self.metadata.encode_rows(rows)?;
        let predictions = self.metadata.predictions(&self.predict_normalized(&features)?)?;
        Ok(Predictions { predictions, warnings })
    }

    /// Predicts a record of a model of a table, values by column name, as
    /// [`Model::predict_record`](burn_mlp_infer::Model::predict_record) does.
    ///
    /// # Errors
    /// Those of [`ModelMetadata::encode_record`]; also if the network overflows or the device fails.
    pub fn predict_record(&self, record: &impl Serialize) -> Result<(Prediction<'_>, Vec<Warning>)> {
        let (features, warnings) = self.metadata.encode_record(record)?;
        let prediction = self.metadata.predictions(&self.predict_normalized(&features)?)?.pop();
        let prediction = prediction.ok_or_else(|| Error::data("the record", "has no features"))?;
        Ok((prediction, warnings))
    }

    /// Predicts every row of a CSV text; see [`read_rows`] for its form.
    ///
    /// # Errors
    /// Those of [`read_rows`]; also if the network overflows or the device fails.
    pub fn predict_csv(&self, reader: impl BufRead) -> Result<Predictions<'_>> {
        let mut all = Predictions { predictions: Vec::new(), warnings: Vec::new() };
        read_rows(&self.metadata, reader, "the CSV text", BATCH_SIZE, &mut |rows| {
            let probabilities = self.predict_normalized(&rows.features)?;
            all.predictions.extend(self.metadata.predictions(&probabilities)?);
            all.warnings.extend(rows.warnings);
            Ok::<(), Error>(())
        })?;
        Ok(all)
    }

    /// Class probabilities `[n, classes]`, or standardised numbers `[n, targets]`, of features `[n, d]` that are encoded as the training rows were, by
    /// [`read_rows`], [`ModelMetadata::encode_rows`] or [`ModelMetadata::preprocess`]. Raw rows go through
    /// [`predict`](Self::predict).
    ///
    /// # Errors
    /// If the number of values is not a multiple of d, a feature that must be a category's code is not one, or the device
    /// fails.
    pub fn predict_normalized(&self, features: &[f32]) -> Result<Vec<f32>> {
        self.metadata.check_codes(features)?;
        let mut outputs = Vec::with_capacity(features.len() / self.metadata.features * self.metadata.outputs());
        for rows in features.chunks(BATCH_SIZE * self.metadata.features) {
            outputs.extend(self.finished(rows.to_vec())?);
        }
        Ok(outputs)
    }

    /// As [`predict_normalized`](Self::predict_normalized), without a copy of rows that go through the network at once.
    pub(crate) fn predict_owned(&self, features: Vec<f32>) -> Result<Vec<f32>> {
        match features.len() <= BATCH_SIZE * self.metadata.features {
            true => self.finished(features),
            false => self.predict_normalized(&features),
        }
    }

    /// Logits `[n, classes]`, or standardised numbers `[n, targets]`, of `samples`.
    ///
    /// # Errors
    /// If the samples have another number of features, or the device fails.
    pub fn outputs(&self, samples: &Samples) -> Result<Vec<f32>> {
        if samples.dimension() != self.metadata.features {
            return Err(Error::data(
                "features",
                format!("the model takes {} a row, the data has {}", self.metadata.features, samples.dimension()),
            ));
        }
        let mut outputs = Vec::with_capacity(samples.len() * self.metadata.outputs());
        for first in (0..samples.len()).step_by(BATCH_SIZE) {
            let rows = first..samples.len().min(first + BATCH_SIZE);
            let mut features = Vec::with_capacity(rows.len() * samples.dimension());
            samples.write_features(rows, &mut features);
            outputs.extend(self.combined(features)?);
        }
        Ok(outputs)
    }

    /// Class probabilities, or standardised numbers, of features `[batch, d]`.
    fn finished(&self, features: Vec<f32>) -> Result<Vec<f32>> {
        match (&self.metadata.task, self.networks.as_slice()) {
            (Task::Regression { .. }, _) => self.combined(features),
            (Task::Classification { .. }, [mlp]) if self.metadata.members.is_empty() => {
                self.for_batch(features, self.metadata.features, |features| mlp.probabilities(features))
            }
            (Task::Classification { .. }, _) => {
                let logarithms = self.combined(features)?;
                Ok(logarithms.into_iter().map(f32::exp).collect())
            }
        }
    }

    /// Logits, or standardised numbers, of features `[batch, d]`.
    fn combined(&self, features: Vec<f32>) -> Result<Vec<f32>> {
        let d = self.metadata.features;
        if self.metadata.members.is_empty()
            && let [mlp] = self.networks.as_slice()
        {
            return self.for_batch(features, d, |features| self.outputs_of(mlp, features));
        }
        let described = self.metadata.networks();
        let outputs = self.networks.iter().zip(&described).map(|(mlp, described)| {
            let own = described.features_of(&features, d).into_owned();
            self.for_batch(own, described.inputs.features, |features| self.outputs_of(mlp, features))
        });
        Ok(self.metadata.combine(outputs.collect::<Result<_>>()?))
    }

    /// Logits `[batch, classes]`, or standardised numbers `[batch, targets]`, of a network.
    fn outputs_of(&self, mlp: &Mlp, features: Tensor<2>) -> Tensor<2> {
        match &self.metadata.task {
            Task::Classification { .. } => mlp.logits(features),
            Task::Regression { .. } => mlp.numbers(features),
        }
    }

    /// Runs a network on features `[batch, d]`.
    fn for_batch(&self, features: Vec<f32>, d: usize, run: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Result<Vec<f32>> {
        let values = features.len();
        if !values.is_multiple_of(d) {
            return Err(Error::data("features", format!("{values} values are not whole rows of {d}")));
        }
        let batch = TensorData::new(features, [values / d, d]);
        let output = run(Tensor::from_data(batch, &self.device)); // [batch, outputs]
        let failed = |problem: String| Error::Backend { backend: format!("{:?}", self.device), problem };
        let data = output.try_into_data().map_err(|error| failed(reasons(error)))?;
        data.try_to_vec::<f32>().map_err(|error| failed(reasons(error)))
    }
}

#[cfg(test)]
#[path = "predictor_tests.rs"]
mod tests;
