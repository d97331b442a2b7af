//! `run.json`: a run's status, provenance and results.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::epoch_metrics::{EpochMetrics, nan_if_null};
use crate::config::Selection;
use crate::run_directory::files::bounded_read::parse_json;
use crate::run_directory::{DataRecord, EnsembleRecord, GroupRecord, Machine, Session, Status, Timestamp};
use crate::{Error, Result};

/// Version of the run directory's format; it increases when an older program could misread a newer
/// run.
pub const SCHEMA_VERSION: u32 = 1;

const REMEDY: &str = "restore it from a copy, or remove the run";

/// Content of `run.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// [`SCHEMA_VERSION`] of the program that wrote it.
    pub schema_version: u32,
    /// Name under which the run was created.
    pub name: String,
    pub status: Status,
    /// Why it failed or stopped, in a sentence.
    pub reason: Option<String>,
    pub created: Timestamp,
    /// Time at which this record was last written.
    pub updated: Timestamp,
    /// Command line without the program's name.
    pub arguments: Vec<String>,
    /// The way from the run directory to the one that the run was started in, from which relative
    /// paths in config.toml lead.
    pub started_in: String,
    pub crate_version: String,
    pub burn_version: String,
    /// SHA-256 of `config.toml`.
    pub config_hash: String,
    /// SHA-256 of the settings that must not change on resume.
    pub identity_hash: String,
    /// SHA-256 of the file `training.init_from`, if set.
    pub initial_weights_sha256: Option<String>,
    pub seed: u64,
    /// Name of the backend in use.
    pub backend: String,
    /// Name of the device in use.
    pub device: String,
    /// Whether the device is a software rasteriser.
    pub software_adapter: bool,
    pub data: DataRecord,
    /// Input, hidden and output sizes.
    pub layer_sizes: Vec<usize>,
    /// Networks that share their weights.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub members: usize,
    /// Number of trainable parameters.
    pub parameters: usize,
    pub epochs_done: usize,
    /// Epoch whose weights are the model, counted from 1.
    pub best_epoch: Option<usize>,
    /// Metrics of the best epoch.
    pub best: Option<EpochMetrics>,
    /// Metrics of the last epoch.
    pub last: Option<EpochMetrics>,
    /// Metrics on the test set.
    pub test: Option<TestMetrics>,
    /// What the validation rows have chosen; empty without any.
    #[serde(default)]
    pub used_for_selection: Vec<Selection>,
    pub timings: Timings,
    pub machine: Machine,
    /// What computed the run: its start, then each resumption that trained.
    pub sessions: Vec<Session>,
    /// Resumptions, oldest first.
    pub resumed: Vec<Resumption>,
    /// The runs that belong together here, if this is a group and not one run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupRecord>,
    /// The runs whose mean is the model, if this is an ensemble.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ensemble: Option<EnsembleRecord>,
    /// The name of the run that this is a copy of, as a member of an ensemble.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<String>,
}

/// Metrics of the model on the test set.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct TestMetrics {
    /// `None` in regression.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy: Option<f64>,
    /// `None` in classification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rmse: Option<f64>,
    #[serde(deserialize_with = "nan_if_null")]
    pub loss: f64,
}

/// Time spent in each phase, in seconds, over all resumptions.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Timings {
    pub load_seconds: f64,
    pub train_seconds: f64,
    pub evaluate_seconds: f64,
    /// Median time of one epoch, including validation.
    pub median_epoch_seconds: f64,
}

/// A resumption of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumption {
    /// Epoch after which it continued; 0 is the start.
    pub epoch: usize,
    pub time: Timestamp,
    pub backend: String,
}

fn one() -> usize {
    1
}

fn is_one(count: &usize) -> bool {
    *count == 1
}

impl RunRecord {
    /// Creates the record of a run called `name` that starts now on this machine; other fields are
    /// empty.
    pub fn new(name: &str) -> Self {
        let now = Timestamp::now();
        Self {
            schema_version: SCHEMA_VERSION,
            name: name.to_string(),
            status: Status::Running,
            reason: None,
            created: now,
            updated: now,
            arguments: Vec::new(),
            started_in: String::new(),
            crate_version: env!("CARGO_PKG_VERSION").to_string(),
            burn_version: String::new(),
            config_hash: String::new(),
            identity_hash: String::new(),
            initial_weights_sha256: None,
            seed: 0,
            backend: String::new(),
            device: String::new(),
            software_adapter: false,
            data: DataRecord::default(),
            layer_sizes: Vec::new(),
            members: 1,
            parameters: 0,
            epochs_done: 0,
            best_epoch: None,
            best: None,
            last: None,
            test: None,
            used_for_selection: Vec::new(),
            timings: Timings::default(),
            machine: Machine::here(),
            sessions: Vec::new(),
            resumed: Vec::new(),
            group: None,
            ensemble: None,
            copy_of: None,
        }
    }

    /// The sizes of the network's layers, "64-128-10" or "64-128-10, 8 members", or the number of networks of an ensemble.
    pub fn network(&self) -> String {
        let sizes = || self.layer_sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("-");
        match self.ensemble.as_ref().map(|ensemble| ensemble.members.len()) {
            None if self.members > 1 => format!("{}, {} members", sizes(), self.members),
            None => sizes(),
            Some(1) => "1 network".to_string(),
            Some(several) => format!("{several} networks"),
        }
    }

    /// Parses `bytes`, the content of `path`. Checks the version first: a newer format may differ
    /// in the rest.
    pub(crate) fn parse(path: &Path, bytes: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Version {
            schema_version: u32,
        }
        let Version { schema_version } = parse_json(path, bytes, REMEDY)?;
        if schema_version > SCHEMA_VERSION {
            let problem = format!(
                "was written by a newer burn-mlp (schema version {schema_version}, this one reads up to \
                 {SCHEMA_VERSION}); use that release"
            );
            return Err(Error::run(path, problem));
        }
        parse_json(path, bytes, REMEDY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(record: &RunRecord) -> RunRecord {
        RunRecord::parse(Path::new("run.json"), &serde_json::to_vec(record).unwrap()).unwrap()
    }

    #[test]
    fn a_record_reads_back_as_written() {
        let mut record = RunRecord::new("digits-flex-001");
        record.seed = u64::MAX;
        record.best = Some(EpochMetrics { train_loss: 0.25, train_accuracy: Some(1.0), ..EpochMetrics::default() });
        record.resumed.push(Resumption { epoch: 3, time: Timestamp::now(), backend: "wgpu".into() });
        (record.data.image_shape, record.data.image_channels, record.data.skipped_files) = (Some([8, 8]), 3, 2);
        assert_eq!(parsed(&record), record);
    }

    #[test]
    fn the_record_of_a_diverged_run_reads_back() {
        let mut record = RunRecord::new("diverged");
        record.last =
            Some(EpochMetrics { train_loss: f64::NAN, valid_loss: Some(f64::INFINITY), ..Default::default() });
        let last = parsed(&record).last.unwrap();
        assert!(last.train_loss.is_nan());
        assert_eq!(last.valid_loss, None);
    }

    #[test]
    fn a_newer_schema_is_refused_whatever_else_it_contains() {
        let error =
            RunRecord::parse(Path::new("run.json"), br#"{"schema_version": 2, "status": "paused"}"#).unwrap_err();
        assert!(error.to_string().contains("newer burn-mlp (schema version 2"), "{error}");
    }

    #[test]
    fn a_damaged_record_is_an_error_with_a_remedy() {
        let error = RunRecord::parse(Path::new("run.json"), br#"{"schema_version": 1, "na"#).unwrap_err();
        assert!(error.to_string().contains("run.json is damaged"), "{error}");
        assert!(error.to_string().contains("restore it from a copy"), "{error}");
    }
}
