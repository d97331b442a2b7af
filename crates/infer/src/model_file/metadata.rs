//! Describes the model in its file.

use serde::{Deserialize, Serialize};

use super::seal::{UNSEALED, check_seal, read_metadata, tensors_sha256};
use super::{ImageShape, ImageStats, MaxValues, Normalization};
use crate::table::TableSchema;
use crate::{Architecture, Codes, Error, Inputs, Member, NumericTarget, Result, Task};

/// Version of [`ModelMetadata`]; a reader refuses a newer one.
pub const SCHEMA_VERSION: u32 = 1;

const WRITE_AGAIN: &str = "`burn-mlp --resume` writes it again from a checkpoint";

/// What `model.safetensors` holds besides the weights: everything needed to feed the network and to read its outputs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelMetadata {
    /// Version of this format.
    pub schema_version: u32,
    /// Version of burn-mlp that wrote the file.
    pub crate_version: String,
    /// The network's shape; of an ensemble, that of its first member.
    pub model: Architecture,
    /// The networks of an ensemble, of whose predictions the model is the mean; empty for a single network.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Member>,
    /// Number of features of a row.
    pub features: usize,
    /// What the model predicts.
    #[serde(flatten)]
    pub task: Task,
    /// Lowest probability of the second of two classes at which it is predicted; without one, the more probable is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f32>,
    /// The shape of a row, if rows are images.
    pub image_shape: Option<ImageShape>,
    /// How raw rows become what the network takes.
    pub normalization: Normalization,
    /// How the columns of a table become features, if the model was trained on a table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<TableSchema>,
    /// What the values in image files are divided by, if not by the largest that their depth can hold.
    #[serde(default, skip_serializing_if = "MaxValues::is_default")]
    pub max_values: MaxValues,
    /// How the training images lie in their frame, if rows are images from 0 to 1.
    pub image_stats: Option<ImageStats>,
    /// The source that the model was trained on.
    pub source: String,
    /// The epoch whose weights these are.
    pub epoch: usize,
    /// SHA-256 of the file's tensors, in hexadecimal.
    pub tensors_sha256: String,
    /// The run that trained the model.
    pub trained_by: RunIdentity,
    /// SHA-256 of the whole file with zeros instead of these digits; see [`seal`](crate::model_file::seal).
    pub file_sha256: String,
}

/// Identifies what a run computes: two runs with the same identity are the same run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunIdentity {
    /// SHA-256 of the settings that no resume may change, as in run.json.
    pub identity_hash: String,
    /// SHA-256 of the data, as in run.json.
    pub data_hash: String,
}

impl ModelMetadata {
    /// Describes an untrained network for rows of numbers that are used unchanged.
    pub fn new(model: Architecture, features: usize, task: Task) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            crate_version: env!("CARGO_PKG_VERSION").to_string(),
            model,
            members: Vec::new(),
            features,
            task,
            threshold: None,
            image_shape: None,
            normalization: Normalization::None,
            table: None,
            max_values: MaxValues::default(),
            image_stats: None,
            source: String::new(),
            epoch: 0,
            tensors_sha256: String::new(),
            trained_by: RunIdentity::default(),
            file_sha256: UNSEALED.to_string(),
        }
    }

    /// The name of each class index; none in regression.
    pub fn class_names(&self) -> &[String] {
        self.task.class_names()
    }

    /// The numbers to predict; none in classification.
    pub fn targets(&self) -> &[NumericTarget] {
        self.task.targets()
    }

    /// Number of the network's outputs: the classes, or the targets.
    pub fn outputs(&self) -> usize {
        self.task.outputs()
    }

    /// What the network takes.
    pub fn inputs(&self) -> Inputs {
        Inputs { features: self.features, codes: self.table.as_ref().map_or(Codes::default(), TableSchema::codes) }
    }

    /// Writes the JSON text that a model file carries.
    ///
    /// # Errors
    /// If a value cannot be written as JSON.
    pub fn to_json(&self) -> Result<String> {
        serde_json::to_string(self).map_err(|error| Error::data("the model's metadata", error.to_string()))
    }

    /// Reads the metadata of a model file and verifies the whole file.
    ///
    /// # Errors
    /// Returns a sentence if the file is damaged or unsealed, was written in a newer format, or does not describe a
    /// usable network.
    pub fn of_file(file: &[u8]) -> std::result::Result<Self, String> {
        let damaged = |problem: String| format!("is damaged: {problem}; {WRITE_AGAIN}");
        let json = read_metadata(file).map_err(damaged)?;
        check_seal(file).map_err(damaged)?;
        let metadata = Self::from_json(&json)?;
        match metadata.tensors_sha256 == tensors_sha256(file).map_err(damaged)? {
            true => Ok(metadata),
            false => Err(damaged("the SHA-256 of its tensors differs".to_string())),
        }
    }

    /// Refuses a model that another run than `identity`'s trained.
    ///
    /// # Errors
    /// Returns a sentence.
    pub fn check_run(&self, identity: &RunIdentity) -> std::result::Result<(), String> {
        match self.trained_by == *identity {
            true => Ok(()),
            false => Err(format!("is the model of another run, with other settings or data; {WRITE_AGAIN}")),
        }
    }

    /// Reads the JSON text that a model file carries.
    ///
    /// # Errors
    /// Returns a sentence if `json` is damaged, was written in a newer format, or does not describe a usable network.
    pub fn from_json(json: &str) -> std::result::Result<Self, String> {
        check_version(json)?;
        let metadata: Self = serde_json::from_str(json).map_err(|error| format!("its metadata is damaged: {error}"))?;
        metadata.task.check()?;
        if metadata.threshold.is_some_and(|threshold| metadata.class_names().len() != 2 || threshold.is_nan()) {
            return Err("its metadata has a threshold, which only two classes have".to_string());
        }
        if metadata.features == 0 {
            return Err("its metadata describes a network without features".to_string());
        }
        if let Some(table) = &metadata.table {
            table.check().map_err(|problem| format!("its metadata does not describe a usable table: {problem}"))?;
            let is_same = match &metadata.task {
                Task::Classification { class_names } => table.classes == *class_names && table.targets.len() == 1,
                Task::Regression { targets } => {
                    table.classes.is_empty() && table.targets.iter().eq(targets.iter().map(|target| &target.name))
                }
            };
            if table.features() != metadata.features || !is_same {
                return Err("its metadata describes a table of other features or targets than the model's".to_string());
            }
        }
        if !metadata.max_values.is_usable() {
            return Err("its metadata divides pixels by values that are not positive numbers".to_string());
        }
        metadata.check_members().map_err(|problem| format!("its metadata describes no usable ensemble: {problem}"))?;
        let mut networks = metadata.networks().into_iter();
        let usable = networks.try_for_each(|network| network.model.check(network.inputs, metadata.outputs()));
        usable.map_err(|error| format!("its metadata does not describe a usable network: {error}"))?;
        match metadata.image_shape.is_none_or(|shape| shape.features() == Some(metadata.features)) {
            true => Ok(metadata),
            false => Err("its metadata describes images of another size than the model's rows".to_string()),
        }
    }
}

/// Refuses a newer format before its fields, which may be others.
fn check_version(json: &str) -> std::result::Result<(), String> {
    #[derive(Deserialize)]
    struct Version {
        schema_version: u32,
        crate_version: String,
    }
    match serde_json::from_str(json) {
        Ok(Version { schema_version, crate_version }) if schema_version > SCHEMA_VERSION => {
            Err(format!("it was written by burn-mlp {crate_version} in a newer format; update burn-mlp to read it"))
        }
        _ => Ok(()),
    }
}
