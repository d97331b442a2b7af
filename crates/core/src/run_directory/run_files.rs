//! The run's files, one reader and one writer each.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::atomic::write_atomic;
use super::layout::*;
use super::names::problem_of;
use super::read::{damaged, parse_json, parse_text, read_if_present, read_required};
use super::{EpochRow, RunDirectory, RunRecord, Status, Timestamp, metrics};
use crate::{Error, Result};

const EVALUATE_AGAIN: &str = "write it again with `burn-mlp evaluate`";
const TRAIN_FIRST: &str = "the run has none yet; `burn-mlp --resume` trains until there is one, or writes it again";

impl RunDirectory {
    /// Writes `run.json` after setting the record's `updated` time.
    pub fn write_record(&self, record: &mut RunRecord) -> Result<()> {
        record.updated = Timestamp::now();
        self.write_json(RECORD, record)
    }

    /// Where `config.toml` is.
    pub fn config_path(&self) -> PathBuf {
        self.path().join(CONFIG)
    }

    /// Reads `run.json`. A run that is recorded as running, but that nobody has locked, is [`Status::Killed`].
    pub fn read_record(&self) -> Result<RunRecord> {
        let path = self.path().join(RECORD);
        // Asked before and after: a run may end, or be resumed, between the reading and the asking.
        let locked_before = self.is_locked()?;
        let bytes = read_required(&path, SMALL_FILE, "this is not a run directory")?;
        let mut record = RunRecord::parse(&path, &bytes)?;
        if record.status == Status::Running && !locked_before && !self.is_locked()? {
            record.status = Status::Killed;
        }
        Ok(record)
    }

    /// Removes `evaluation.json`, the predictions and the report, which are about a model that is no more.
    pub fn remove_evaluation(&self) -> Result<()> {
        let gone = |removed: io::Result<()>, path: &Path| match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", path)(error)),
            _ => Ok(()),
        };
        let (evaluation, predictions) = (self.path().join(EVALUATION), self.path().join(PREDICTIONS));
        gone(fs::remove_file(&evaluation), &evaluation)?;
        gone(fs::remove_file(self.report_path()), &self.report_path())?;
        gone(fs::remove_dir_all(&predictions), &predictions)
    }

    /// Writes `config.toml`.
    pub fn write_config(&self, toml: &str) -> Result<()> {
        write_atomic(self.path().join(CONFIG), toml.as_bytes())
    }

    /// The text of `config.toml`.
    pub fn read_config(&self) -> Result<String> {
        let path = self.path().join(CONFIG);
        let remedy = "start a new run";
        parse_text(&path, read_required(&path, SMALL_FILE, remedy)?, remedy)
    }

    /// Writes `metrics.csv`.
    pub fn write_metrics(&self, rows: &[EpochRow]) -> Result<()> {
        let path = self.path().join(METRICS);
        let csv = metrics::to_csv(rows).map_err(|error| Error::run(&path, format!("cannot be written: {error}")))?;
        write_atomic(path, &csv)
    }

    /// The rows of `metrics.csv`; none if no epoch has ended yet.
    pub fn read_metrics(&self) -> Result<Vec<EpochRow>> {
        let path = self.path().join(METRICS);
        let bytes = read_if_present(&path, TABLE_FILE)?;
        bytes.map_or(Ok(Vec::new()), |bytes| metrics::from_csv(&path, &bytes))
    }

    /// Writes `model.safetensors`.
    pub fn write_model(&self, safetensors: &[u8]) -> Result<()> {
        write_atomic(self.model_path(), safetensors)
    }

    /// The bytes of `model.safetensors`.
    pub fn read_model(&self) -> Result<Vec<u8>> {
        read_required(&self.model_path(), WEIGHTS_FILE, TRAIN_FIRST)
    }

    /// Where `model.safetensors` is or will be.
    pub fn model_path(&self) -> PathBuf {
        self.path().join(MODEL)
    }

    /// Writes `evaluation.json`, without line breaks: it is mostly numbers.
    pub fn write_evaluation(&self, evaluation: &impl Serialize) -> Result<()> {
        let path = self.path().join(EVALUATION);
        let json = serde_json::to_vec(evaluation).map_err(|error| not_json(&path, error))?;
        write_atomic(path, &json)
    }

    /// What `evaluation.json` holds; `None` if nothing was evaluated yet.
    pub fn read_evaluation<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let path = self.path().join(EVALUATION);
        let bytes = read_if_present(&path, TABLE_FILE)?;
        bytes.map(|bytes| parse_json(&path, &bytes, EVALUATE_AGAIN)).transpose()
    }

    /// Writes `predictions/<split>.csv`, a row for each of `rows` and a header from their field names.
    pub fn write_predictions<T: Serialize>(&self, split: &str, rows: impl IntoIterator<Item = T>) -> Result<()> {
        let path = self.predictions_path(split)?;
        let directory = self.path().join(PREDICTIONS);
        // Not with its parents: a run that was removed must not come back as a torso.
        match fs::create_dir(&directory) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(Error::io("create", &directory)(error));
            }
            _ => (),
        }
        let not_csv = |error: csv::Error| Error::run(&path, format!("cannot be written: {error}"));
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in rows {
            writer.serialize(row).map_err(not_csv)?;
        }
        let bytes = writer.into_inner().map_err(|error| not_csv(error.into_error().into()))?;
        write_atomic(&path, &bytes)
    }

    /// The rows of `predictions/<split>.csv`; `None` if there is no such file.
    pub fn read_predictions<T: DeserializeOwned>(&self, split: &str) -> Result<Option<Vec<T>>> {
        let path = self.predictions_path(split)?;
        let Some(bytes) = read_if_present(&path, TABLE_FILE)? else { return Ok(None) };
        let rows = csv::Reader::from_reader(bytes.as_slice()).deserialize().collect::<csv::Result<Vec<T>>>();
        rows.map(Some).map_err(|error| damaged(&path, error, EVALUATE_AGAIN))
    }

    /// Where the predictions of `split` are or will be.
    pub fn predictions_path(&self, split: &str) -> Result<PathBuf> {
        let path = self.path().join(PREDICTIONS).join(format!("{split}.csv"));
        match problem_of(split) {
            Some(problem) => Err(Error::run(path, format!("the split {split:?} {problem}"))),
            None => Ok(path),
        }
    }

    /// Writes `report.html`.
    pub fn write_report(&self, html: &str) -> Result<()> {
        write_atomic(self.report_path(), html.as_bytes())
    }

    /// Where `report.html` is or will be.
    pub fn report_path(&self) -> PathBuf {
        self.path().join(REPORT)
    }

    /// Where TensorBoard's event files are or will be: a directory.
    pub fn tensorboard_path(&self) -> PathBuf {
        self.path().join(TENSORBOARD)
    }

    /// Appends `text` and a line break to `log.txt`.
    ///
    /// # Errors
    /// A sentence when something else than a plain file is there, which is not written through; or [`Error::Io`].
    pub fn append_log(&self, text: &str) -> Result<()> {
        let path = self.path().join(LOG);
        if fs::symlink_metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Error::run(path, "is not a plain file; remove it"));
        }
        let file = fs::OpenOptions::new().create(true).append(true).open(&path);
        let written = file.and_then(|mut file| file.write_all(format!("{text}\n").as_bytes()));
        written.map_err(Error::io("write", &path))
    }

    fn write_json(&self, file: &str, value: &impl Serialize) -> Result<()> {
        let path = self.path().join(file);
        let json = serde_json::to_vec_pretty(value).map_err(|error| not_json(&path, error))?;
        write_atomic(path, &json)
    }
}

fn not_json(path: &std::path::Path, error: serde_json::Error) -> Error {
    Error::run(path, format!("cannot be written: {error}"))
}
