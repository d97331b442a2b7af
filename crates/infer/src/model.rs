//! A trained model, ready to predict.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::encode::{at_row, check_whole};
use crate::ranking::OVERFLOWS;
use crate::table::Warning;
use crate::text::shortened;
use crate::{
    Error, ModelMetadata, Network, NetworkWeights, Overflow, Prediction, Predictions, Result, RunIdentity, Task,
};

/// The model's file in a run directory.
const MODEL_FILE: &str = "model.safetensors";

/// The run's description in a run directory.
const RUN_FILE: &str = "run.json";

/// A trained model: its weights and how to feed them.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    metadata: ModelMetadata,
    /// One, or an ensemble's: of each, the members that share its weights.
    networks: Vec<Vec<Network>>,
}

impl Model {
    /// Loads a run directory's model, or a `model.safetensors` itself.
    ///
    /// # Errors
    /// [`Error::Model`] if the file cannot be read, is damaged, or was trained by another run than its directory's.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let file = if path.is_dir() { path.join(MODEL_FILE) } else { path.to_path_buf() };
        let model = Self::from_bytes(&read(&file)?).map_err(|error| name_file(error, &file))?;
        if path.is_dir() {
            let unusable = |problem| Error::model(file.display().to_string(), problem);
            model.metadata.check_run(&run_identity(path)?).map_err(unusable)?;
        }
        Ok(model)
    }

    /// Reads the bytes of a `model.safetensors`.
    ///
    /// # Errors
    /// [`Error::Model`] if the file is damaged or does not hold a model of burn-mlp.
    pub fn from_bytes(file: &[u8]) -> Result<Self> {
        let unusable = |problem| Error::model("the model file", problem);
        let metadata = ModelMetadata::of_file(file).map_err(unusable)?;
        let weights = NetworkWeights::read(&metadata, file).map_err(unusable)?;
        let activations = metadata.networks().into_iter().map(|network| network.model.activation);
        let networks = weights.into_iter().zip(activations).map(|(weights, activation)| {
            weights.members().into_iter().map(|weights| Network::new(weights, activation)).collect()
        });
        let networks = networks.collect();
        Ok(Self { metadata, networks })
    }

    /// What the file says of the model.
    pub fn metadata(&self) -> &ModelMetadata {
        &self.metadata
    }

    /// Computes the logits `[n, classes]`, or standardised numbers `[n, targets]`, of normalised rows `[n, features]`. An
    /// ensemble's logits are the logarithms of its class probabilities.
    ///
    /// # Errors
    /// [`Overflow`] at the first row with an infinite or NaN sum.
    pub fn outputs(&self, rows: &[f32]) -> std::result::Result<Vec<f32>, Overflow> {
        let described = self.metadata.networks();
        let networks = self.networks.iter().zip(&described);
        let outputs = networks.map(|(members, described)| {
            let features = described.features_of(rows, self.features());
            let outputs =
                members.iter().map(|member| member.logits(&features)).collect::<std::result::Result<_, _>>()?;
            Ok(self.metadata.mean_of_members(outputs))
        });
        Ok(self.metadata.combine(outputs.collect::<std::result::Result<_, _>>()?))
    }

    /// Computes the class probabilities `[n, classes]`, or standardised numbers `[n, targets]`, of normalised rows
    /// `[n, features]`.
    ///
    /// # Errors
    /// As [`outputs`](Self::outputs).
    pub fn finished_outputs(&self, rows: &[f32]) -> std::result::Result<Vec<f32>, Overflow> {
        match (&self.metadata.task, self.only_network()) {
            (Task::Regression { .. }, _) => self.outputs(rows),
            (Task::Classification { .. }, Some(network)) => network.probabilities(rows),
            (Task::Classification { .. }, _) => {
                let logarithms = self.outputs(rows)?;
                Ok(logarithms.into_iter().map(f32::exp).collect())
            }
        }
    }

    /// The network, if there is nothing to combine.
    fn only_network(&self) -> Option<&Network> {
        match self.networks.as_slice() {
            [members] if self.metadata.members.is_empty() && members.len() == 1 => members.first(),
            _ => None,
        }
    }

    /// Number of features of a normalised row.
    pub fn features(&self) -> usize {
        self.metadata.features
    }

    /// The name of each class index; none in regression.
    pub fn class_names(&self) -> &[String] {
        self.metadata.class_names()
    }

    /// Predicts raw rows, row-major, as the training data had them: pixels from 0 to their maximum, other numbers
    /// unchanged, `[n, features]`; of a table, the numbers of its columns, `[n, columns]`, with NaN for a missing
    /// value. Returns n predictions.
    ///
    /// # Errors
    /// [`Error::Data`] with the row if the values are not whole rows, one is not finite or is a pixel out of range, the
    /// table has columns of text, or the network overflows.
    pub fn predict(&self, rows: &[f32]) -> Result<Predictions<'_>> {
        let (features, warnings) = self.metadata.encode_rows(rows)?;
        Ok(Predictions { predictions: self.predict_normalized(&features)?, warnings })
    }

    /// Predicts rows `[n, features]`, row-major, as the network takes them: pixels from 0 to 1, tables encoded. Returns
    /// n predictions.
    ///
    /// # Errors
    /// [`Error::Data`] with the row if the values are not whole rows, or the network overflows.
    pub fn predict_normalized(&self, rows: &[f32]) -> Result<Vec<Prediction<'_>>> {
        check_whole(rows, self.features())?;
        self.metadata.check_codes(rows)?;
        let outputs = self.finished_outputs(rows).map_err(|overflow| at_row(overflow.row, OVERFLOWS))?;
        self.metadata.predictions(&outputs)
    }

    /// Predicts a record, values by column name, of a model of a table: a struct that derives `Serialize`, a map, or
    /// `serde_json::json!({"age": 41, "colour": "red"})`. Entries that are not columns of the model are ignored, so a
    /// record may hold its true class. `None` and `null` are missing values. Returns what is unlike the training rows,
    /// too.
    ///
    /// # Errors
    /// [`Error::Data`] if the model does not take a table, or with the column if it is absent, not of the column's
    /// type, or missing without an imputed value.
    pub fn predict_record(&self, record: &impl Serialize) -> Result<(Prediction<'_>, Vec<Warning>)> {
        let (features, warnings) = self.metadata.encode_record(record)?;
        let prediction = self.predict_one(&features).map_err(|_| Error::data("the record", OVERFLOWS))?;
        Ok((prediction, warnings))
    }

    /// Predicts one normalised row.
    pub(crate) fn predict_one(&self, features: &[f32]) -> Result<Prediction<'_>> {
        let first = self.predict_normalized(features)?.into_iter().next();
        first.ok_or_else(|| Error::data("the rows", "are empty"))
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).map_err(|error| Error::model(file.display().to_string(), format!("cannot be read: {error}")))
}

/// Replaces the name that a model file has as bytes.
fn name_file(error: Error, file: &Path) -> Error {
    match error {
        Error::Model { problem, .. } => Error::model(file.display().to_string(), problem),
        other => other,
    }
}

/// Reads the identity of a run from its directory.
fn run_identity(directory: &Path) -> Result<RunIdentity> {
    #[derive(Deserialize)]
    struct Run {
        identity_hash: String,
        data: RunData,
    }
    #[derive(Deserialize)]
    struct RunData {
        hash: String,
    }
    let file: PathBuf = directory.join(RUN_FILE);
    let damaged = |error: serde_json::Error| {
        Error::model(file.display().to_string(), format!("is damaged: {}", shortened(&error.to_string())))
    };
    let run: Run = serde_json::from_slice(&read(&file)?).map_err(damaged)?;
    Ok(RunIdentity { identity_hash: run.identity_hash, data_hash: run.data.hash })
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
