//! Reads and writes the files of a run.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use csv::StringRecord;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::atomic::write_atomic;
use super::bounded_read::{damaged, parse_json, parse_text, read_if_present, read_required};
use super::metrics_csv;
use crate::run_directory::files::layout::*;
use crate::run_directory::names::name_problem;
use crate::run_directory::{EpochRow, RunDirectory, RunRecord, Status, Timestamp};
use crate::{Error, Result};

const EVALUATE_AGAIN: &str = "write it again with `burn-mlp evaluate`";
const IMPORTANCE_AGAIN: &str = "write it again with `burn-mlp inspect --importance`";
const TRAIN_FIRST: &str =
    "it is written a second after the training starts, or at its end; continue the run with `burn-mlp --resume`";

impl RunDirectory {
    /// Sets the record's `updated` time and writes `run.json`.
    pub fn write_record(&self, record: &mut RunRecord) -> Result<()> {
        record.updated = Timestamp::now();
        self.write_json(RECORD, record)
    }

    /// Returns the path of `config.toml`.
    pub fn config_path(&self) -> PathBuf {
        self.path().join(CONFIG)
    }

    /// Reads `run.json`. A run that is recorded as running but not locked is [`Status::Killed`].
    pub fn read_record(&self) -> Result<RunRecord> {
        let path = self.path().join(RECORD);
        // Checked before and after, because a run may end or be resumed in between.
        let locked_before = self.is_locked()?;
        let bytes = read_required(&path, MAX_TEXT_BYTES, "this is not a run directory")?;
        let mut record = RunRecord::parse(&path, &bytes)?;
        if record.status == Status::Running && !locked_before && !self.is_locked()? {
            record.status = Status::Killed;
        }
        Ok(record)
    }

    /// Removes `evaluation.json`, the predictions and the report, which describe a replaced model.
    pub fn remove_evaluation(&self) -> Result<()> {
        let ignore_missing = |removed: io::Result<()>, path: &Path| match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("remove", path)(error)),
            _ => Ok(()),
        };
        let (evaluation, predictions) = (self.path().join(EVALUATION), self.path().join(PREDICTIONS));
        ignore_missing(fs::remove_file(&evaluation), &evaluation)?;
        ignore_missing(fs::remove_file(self.report_path()), &self.report_path())?;
        ignore_missing(fs::remove_dir_all(&predictions), &predictions)
    }

    /// Writes `config.toml`.
    pub fn write_config(&self, toml: &str) -> Result<()> {
        write_atomic(self.path().join(CONFIG), toml.as_bytes())
    }

    /// Reads `config.toml`.
    pub fn read_config(&self) -> Result<String> {
        let path = self.path().join(CONFIG);
        let remedy = "start a new run";
        parse_text(&path, read_required(&path, MAX_TEXT_BYTES, remedy)?, remedy)
    }

    /// Writes `metrics.csv`.
    pub fn write_metrics(&self, rows: &[EpochRow]) -> Result<()> {
        let path = self.path().join(METRICS);
        let csv =
            metrics_csv::to_csv(rows).map_err(|error| Error::run(&path, format!("cannot be written: {error}")))?;
        write_atomic(path, &csv)
    }

    /// Reads `metrics.csv`; it is empty before the first epoch ends.
    pub fn read_metrics(&self) -> Result<Vec<EpochRow>> {
        let path = self.path().join(METRICS);
        let bytes = read_if_present(&path, MAX_TABLE_BYTES)?;
        bytes.map_or(Ok(Vec::new()), |bytes| metrics_csv::from_csv(&path, &bytes))
    }

    /// Writes `model.safetensors`.
    pub fn write_model(&self, safetensors: &[u8]) -> Result<()> {
        write_atomic(self.model_path(), safetensors)
    }

    /// Reads `model.safetensors`.
    ///
    /// # Errors
    /// Also if this is a group, whose runs have the models.
    pub fn read_model(&self) -> Result<Vec<u8>> {
        if !self.model_path().exists()
            && let Ok(record) = self.read_record()
        {
            self.check_is_one_run(&record)?;
            if record.ensemble.is_some() {
                return Err(Error::run(
                    self.path(),
                    "is an ensemble that was not completed; remove it and make it again",
                ));
            }
        }
        read_required(&self.model_path(), MAX_WEIGHTS_BYTES, TRAIN_FIRST)
    }

    /// Returns the path of `model.safetensors`, which may not exist.
    pub fn model_path(&self) -> PathBuf {
        self.path().join(MODEL)
    }

    /// Writes `evaluation.json`, compactly because it is mostly numbers.
    pub fn write_evaluation(&self, evaluation: &impl Serialize) -> Result<()> {
        self.write_json(EVALUATION, evaluation)
    }

    /// Reads `evaluation.json`; returns `None` if it does not exist.
    pub fn read_evaluation<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let path = self.path().join(EVALUATION);
        let bytes = read_if_present(&path, MAX_TABLE_BYTES)?;
        bytes.map(|bytes| parse_json(&path, &bytes, EVALUATE_AGAIN)).transpose()
    }

    /// Writes `importance.json`.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_importance(&self, importance: &impl Serialize) -> Result<()> {
        self.write_json(IMPORTANCE, importance)
    }

    /// Reads `importance.json`; returns `None` if it does not exist.
    ///
    /// # Errors
    /// If the file cannot be read or is damaged.
    pub fn read_importance<T: DeserializeOwned>(&self) -> Result<Option<T>> {
        let path = self.path().join(IMPORTANCE);
        let bytes = read_if_present(&path, MAX_TABLE_BYTES)?;
        bytes.map(|bytes| parse_json(&path, &bytes, IMPORTANCE_AGAIN)).transpose()
    }

    /// Writes `rows` to `predictions/<split>.csv` with a header of their field names.
    pub fn write_predictions<T: Serialize>(&self, split: &str, rows: impl IntoIterator<Item = T>) -> Result<()> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let written = rows.into_iter().try_for_each(|row| writer.serialize(row));
        self.write_predictions_file(split, writer, written)
    }

    /// Writes `records`, the first of which names the columns, to `predictions/<split>.csv`.
    pub fn write_prediction_records(&self, split: &str, records: &[Vec<String>]) -> Result<()> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let written = records.iter().try_for_each(|record| writer.write_record(record));
        self.write_predictions_file(split, writer, written)
    }

    fn write_predictions_file(
        &self,
        split: &str,
        writer: csv::Writer<Vec<u8>>,
        written: csv::Result<()>,
    ) -> Result<()> {
        let path = self.predictions_path(split)?;
        let directory = self.path().join(PREDICTIONS);
        // Parents are not created: a removed run must not come back in part.
        match fs::create_dir(&directory) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(Error::io("create", &directory)(error));
            }
            _ => (),
        }
        let not_csv = |error: csv::Error| Error::run(&path, format!("cannot be written: {error}"));
        written.map_err(not_csv)?;
        let bytes = writer.into_inner().map_err(|error| not_csv(error.into_error().into()))?;
        write_atomic(&path, &bytes)
    }

    /// Reads `predictions/<split>.csv`; returns `None` if it does not exist.
    pub fn read_predictions<T: DeserializeOwned>(&self, split: &str) -> Result<Option<Vec<T>>> {
        let path = self.predictions_path(split)?;
        let Some(bytes) = read_if_present(&path, MAX_TABLE_BYTES)? else { return Ok(None) };
        let rows = csv::Reader::from_reader(bytes.as_slice()).deserialize().collect::<csv::Result<Vec<T>>>();
        rows.map(Some).map_err(|error| damaged(&path, error, EVALUATE_AGAIN))
    }

    /// Reads the header and the records of `predictions/<split>.csv`; returns `None` if it does not exist.
    pub fn read_prediction_records(&self, split: &str) -> Result<Option<(StringRecord, Vec<StringRecord>)>> {
        let path = self.predictions_path(split)?;
        let Some(bytes) = read_if_present(&path, MAX_TABLE_BYTES)? else { return Ok(None) };
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let header = reader.headers().cloned();
        let read = header.and_then(|header| Ok((header, reader.records().collect::<csv::Result<_>>()?)));
        read.map(Some).map_err(|error| damaged(&path, error, EVALUATE_AGAIN))
    }

    /// Returns the path of `predictions/<split>.csv`, which may not exist.
    ///
    /// # Errors
    /// [`Error::Run`] if `split` is not a plain name.
    pub fn predictions_path(&self, split: &str) -> Result<PathBuf> {
        let path = self.path().join(PREDICTIONS).join(format!("{split}.csv"));
        match name_problem(split) {
            Some(problem) => Err(Error::run(path, format!("the split {split:?} {problem}"))),
            None => Ok(path),
        }
    }

    /// Writes `report.html`.
    pub fn write_report(&self, html: &str) -> Result<()> {
        write_atomic(self.report_path(), html.as_bytes())
    }

    /// Returns the path of `report.html`, which may not exist.
    pub fn report_path(&self) -> PathBuf {
        self.path().join(REPORT)
    }

    /// Returns the directory of TensorBoard's event files, which may not exist.
    pub fn tensorboard_path(&self) -> PathBuf {
        self.path().join(TENSORBOARD)
    }

    /// Appends `text` and a line break to `log.txt`.
    ///
    /// # Errors
    /// [`Error::Run`] if `log.txt` is not a plain file, such as a link; [`Error::Io`].
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

fn not_json(path: &Path, error: serde_json::Error) -> Error {
    Error::run(path, format!("cannot be written: {error}"))
}
