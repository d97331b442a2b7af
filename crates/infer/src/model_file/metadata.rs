use serde::{Deserialize, Serialize};

use super::normalization::Normalization;
use super::seal::{is_as_sealed, read_metadata, tensors_sha256};
use crate::image::{Framing, ImageShape};
use crate::table::TableSchema;
use crate::{Architecture, Error, Result};

/// Version of [`ModelMetadata`]; a reader refuses a newer one.
pub const SCHEMA_VERSION: u32 = 1;

const WRITE_AGAIN: &str = "`burn-mlp --resume` writes it again from a checkpoint";

/// What `model.safetensors` holds beside the weights: all that is needed to feed the network and to name its answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelMetadata {
    /// Version of this format.
    pub schema_version: u32,
    /// Version of burn-mlp that wrote the file.
    pub crate_version: String,
    /// The network's shape.
    pub model: Architecture,
    /// Features of a row.
    pub features: usize,
    /// A name for each class index.
    pub class_names: Vec<String>,
    /// Height and width of a row, if rows are images.
    pub image_shape: Option<ImageShape>,
    /// What raw rows go through first.
    pub normalization: Normalization,
    /// How the columns of a table become features, if the model was trained on a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<TableSchema>,
    /// How the training images lie in their frame, if rows are images; early versions did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub framing: Option<Framing>,
    /// The source that the model was trained on.
    pub source: String,
    /// The epoch whose weights these are.
    pub epoch: usize,
    /// SHA-256 of the file's tensors, in hexadecimal.
    pub tensors_sha256: String,
    /// The run whose model it is; early versions did not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trained_by: Option<RunIdentity>,
    /// SHA-256 of the whole file with zeros in place of these digits; see [`seal`](crate::model_file::seal). Early versions
    /// had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_sha256: Option<String>,
}

/// What tells a run from all that compute something else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunIdentity {
    /// SHA-256 of the settings that no resume may change, as in run.json.
    pub identity_hash: String,
    /// SHA-256 of the data, as in run.json.
    pub data_hash: String,
}

impl ModelMetadata {
    /// Describes a network that is not trained yet, for rows of numbers that are used as they are.
    pub fn new(model: Architecture, features: usize, class_names: Vec<String>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            crate_version: env!("CARGO_PKG_VERSION").to_string(),
            model,
            features,
            class_names,
            image_shape: None,
            normalization: Normalization::None,
            table: None,
            framing: None,
            source: String::new(),
            epoch: 0,
            tensors_sha256: String::new(),
            trained_by: None,
            file_sha256: None,
        }
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.class_names.len()
    }

    /// As the text that a model file carries.
    ///
    /// # Errors
    /// If a value cannot be written as JSON.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::data("the model's metadata", error.to_string()))
    }

    /// Of a model file, which is checked to be as it was written.
    ///
    /// # Errors
    /// A sentence, if the file is damaged, of a newer schema, or describes no network.
    pub fn of_file(file: &[u8]) -> std::result::Result<Self, String> {
        let damaged = |problem: String| format!("is damaged: {problem}; {WRITE_AGAIN}");
        if !is_as_sealed(file).map_err(damaged)? {
            return Err(damaged("its SHA-256 differs".to_string()));
        }
        let metadata = Self::from_json(&read_metadata(file).map_err(damaged)?)?;
        if metadata.tensors_sha256 != tensors_sha256(file).map_err(damaged)? {
            return Err(format!("its tensors are damaged; {WRITE_AGAIN}"));
        }
        Ok(metadata)
    }

    /// Refuses the model of another run than `identity`'s.
    ///
    /// # Errors
    /// A sentence, if the file says that another run trained it.
    pub fn check_run(&self, identity: &RunIdentity) -> std::result::Result<(), String> {
        match self.trained_by.as_ref().is_none_or(|trained_by| trained_by == identity) {
            true => Ok(()),
            false => Err(format!("is the model of another run, with other settings or data; {WRITE_AGAIN}")),
        }
    }

    /// From the text that a model file carries.
    ///
    /// # Errors
    /// A sentence, if `json` is damaged, of a newer schema, or describes no network.
    pub fn from_json(json: &str) -> std::result::Result<Self, String> {
        let metadata: Self = serde_json::from_str(json).map_err(|error| format!("its metadata is damaged: {error}"))?;
        if metadata.schema_version > SCHEMA_VERSION {
            return Err(format!(
                "it was written by burn-mlp {} in a newer format; update burn-mlp to read it",
                metadata.crate_version
            ));
        }
        if metadata.features == 0 || metadata.class_names.len() < 2 {
            return Err("its metadata describes no classifier".to_string());
        }
        if let Some(table) = &metadata.table {
            table.check().map_err(|problem| format!("its metadata describes no usable table: {problem}"))?;
            if table.features() != metadata.features || table.classes != metadata.class_names {
                return Err("its metadata describes a table of other features or classes than the model's".to_string());
            }
        }
        let usable = metadata.model.check(metadata.features, metadata.classes());
        usable.map_err(|error| format!("its metadata describes no usable network: {error}"))?;
        Ok(metadata)
    }
}
