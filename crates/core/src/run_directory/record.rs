//! `run.json`: what a run is, how it went, and where it came from.

use std::path::Path;

use serde::{Deserialize, Deserializer, Serialize};

use super::read::parse_json;
use super::{DataRecord, Machine, Session, Status, Timestamp};
use crate::{Error, Result};

/// The version of the whole run directory; it grows when an older program could misread a newer run.
pub const SCHEMA_VERSION: u32 = 1;

const REMEDY: &str = "restore it from a copy, or remove the run";

/// What `run.json` holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// [`SCHEMA_VERSION`] of the program that wrote it.
    pub schema_version: u32,
    /// The run's name when it was made.
    pub name: String,
    pub status: Status,
    /// Why it failed or stopped, in a sentence.
    pub reason: Option<String>,
    pub created: Timestamp,
    /// When this record was last written.
    pub updated: Timestamp,
    /// The command line, without the program's name.
    pub arguments: Vec<String>,
    pub crate_version: String,
    pub burn_version: String,
    /// SHA-256 of `config.toml`.
    pub config_hash: String,
    /// SHA-256 of the settings that no resume may change.
    pub identity_hash: String,
    /// SHA-256 of the file of `training.init_from`, if the run started from one.
    pub initial_weights_sha256: Option<String>,
    pub seed: u64,
    /// The backend's name as obtained.
    pub backend: String,
    /// The device's name as obtained.
    pub device: String,
    /// Whether the device is a software rasteriser.
    pub software_adapter: bool,
    pub data: DataRecord,
    /// Input, hidden and output sizes.
    pub layer_sizes: Vec<usize>,
    /// Trainable numbers in the model.
    pub parameters: usize,
    pub epochs_done: usize,
    /// The epoch whose weights are the model, counted from 1.
    pub best_epoch: Option<usize>,
    /// The best epoch's figures.
    pub best: Option<EpochMetrics>,
    /// The last epoch's figures.
    pub last: Option<EpochMetrics>,
    /// The model on the test set.
    pub test: Option<TestMetrics>,
    pub timings: Timings,
    pub machine: Machine,
    /// What computed it: its start, then each resumption that trained.
    #[serde(default)]
    pub sessions: Vec<Session>,
    /// Each time it was continued, oldest first.
    pub resumed: Vec<Resumption>,
}

/// One epoch's figures. JSON has no NaN: a loss that is not finite is written as `null` and read as NaN.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct EpochMetrics {
    #[serde(deserialize_with = "nan_if_null")]
    pub train_loss: f64,
    #[serde(deserialize_with = "nan_if_null")]
    pub train_accuracy: f64,
    /// Nothing without a validation part.
    pub valid_loss: Option<f64>,
    pub valid_accuracy: Option<f64>,
}

/// The model's figures on the test set.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct TestMetrics {
    #[serde(deserialize_with = "nan_if_null")]
    pub accuracy: f64,
    #[serde(deserialize_with = "nan_if_null")]
    pub loss: f64,
}

/// Where the time went, in seconds, over all resumptions.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Timings {
    pub load_seconds: f64,
    pub train_seconds: f64,
    pub evaluate_seconds: f64,
    /// Of one epoch with its validation.
    pub median_epoch_seconds: f64,
}

/// A continuation of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumption {
    /// The epoch after which it went on; 0 is from the start.
    pub epoch: usize,
    pub time: Timestamp,
    pub backend: String,
}

impl RunRecord {
    /// A running run of this name, made now by this program on this machine; all else is empty.
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
            parameters: 0,
            epochs_done: 0,
            best_epoch: None,
            best: None,
            last: None,
            test: None,
            timings: Timings::default(),
            machine: Machine::here(),
            sessions: Vec::new(),
            resumed: Vec::new(),
        }
    }

    /// Parses what was read from `path`. The version is judged before anything that a newer one may have changed.
    pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Self> {
        #[derive(Deserialize)]
        struct Version {
            schema_version: u32,
        }
        let Version { schema_version } = parse_json(path, bytes, REMEDY)?;
        if schema_version > SCHEMA_VERSION {
            let problem = format!(
                "was written by a newer burn-mlp (schema version {schema_version}, this one reads up to \
                 {SCHEMA_VERSION}); use that version"
            );
            return Err(Error::run(path, problem));
        }
        parse_json(path, bytes, REMEDY)
    }
}

fn nan_if_null<'de, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<f64, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(record: &RunRecord) -> RunRecord {
        RunRecord::parse(Path::new("run.json"), &serde_json::to_vec(record).unwrap()).unwrap()
    }

    #[test]
    fn what_is_written_is_read() {
        let mut record = RunRecord::new("digits-flex-001");
        record.seed = u64::MAX;
        record.best = Some(EpochMetrics { train_loss: 0.25, train_accuracy: 1.0, ..EpochMetrics::default() });
        record.resumed.push(Resumption { epoch: 3, time: Timestamp::now(), backend: "wgpu".into() });
        record.data.image_shape = Some([8, 8]);
        assert_eq!(parsed(&record), record);
    }

    #[test]
    fn a_record_of_grey_images_is_as_before_there_were_colours() {
        let mut record = RunRecord::new("grey");
        record.data.image_shape = Some([8, 8]);
        let json = serde_json::to_string(&record).unwrap();
        assert!(!json.contains("image_channels") && !json.contains("skipped_files"), "{json}");
        assert_eq!(parsed(&record).data.image_channels, 1);
        (record.data.image_channels, record.data.skipped_files) = (3, 2);
        assert_eq!(parsed(&record), record);
    }

    #[test]
    fn a_diverged_runs_record_can_be_read_again() {
        let mut record = RunRecord::new("diverged");
        record.last =
            Some(EpochMetrics { train_loss: f64::NAN, valid_loss: Some(f64::INFINITY), ..Default::default() });
        let last = parsed(&record).last.unwrap();
        assert!(last.train_loss.is_nan());
        assert_eq!(last.valid_loss, None);
    }

    #[test]
    fn a_newer_schema_is_refused_whatever_else_it_holds() {
        let error =
            RunRecord::parse(Path::new("run.json"), br#"{"schema_version": 2, "status": "paused"}"#).unwrap_err();
        assert!(error.to_string().contains("newer burn-mlp (schema version 2"), "{error}");
    }

    #[test]
    fn a_damaged_record_is_a_sentence_with_a_way_out() {
        let error = RunRecord::parse(Path::new("run.json"), br#"{"schema_version": 1, "na"#).unwrap_err();
        assert!(error.to_string().contains("run.json is damaged"), "{error}");
        assert!(error.to_string().contains("restore it from a copy"), "{error}");
    }
}
