//! Copies a run into another directory.

use std::fs;
use std::path::Path;

use super::RunDirectory;
use super::files::atomic::write_atomic;
use super::files::layout::{CONFIG, EVALUATION, LOG, METRICS, MODEL, PREDICTIONS, REPORT};
use crate::{Error, Result};

impl RunDirectory {
    /// Copies what the run has computed to the new run `name` in `directory`: all files but its checkpoints and those of
    /// TensorBoard. It cannot be resumed.
    ///
    /// # Errors
    /// If the name is taken, or a file cannot be read or written.
    pub fn copy_into(&self, directory: &Path, name: &str) -> Result<Self> {
        let path = directory.join(name);
        fs::create_dir(&path).map_err(Error::io("create", &path))?;
        for file in [CONFIG, METRICS, MODEL, EVALUATION, REPORT, LOG] {
            copy_if_present(&self.path.join(file), &path.join(file))?;
        }
        let predictions = self.path.join(PREDICTIONS);
        if predictions.is_dir() {
            let own = path.join(PREDICTIONS);
            fs::create_dir(&own).map_err(Error::io("create", &own))?;
            for name in super::entry_names(&predictions)? {
                copy_if_present(&predictions.join(&name), &own.join(&name))?;
            }
        }
        let mut record = self.read_record()?;
        let copy = Self { path, name: name.to_string() };
        record.started_in = match self.started_in(&record) {
            started_in if started_in.is_dir() => copy.way_to(&started_in)?,
            // Nothing is there any more.
            _ => record.started_in,
        };
        record.copy_of = Some(record.name);
        record.name = name.to_string();
        copy.write_record(&mut record)?;
        Ok(copy)
    }
}

fn copy_if_present(from: &Path, to: &Path) -> Result<()> {
    if !from.is_file() {
        return Ok(());
    }
    write_atomic(to, &fs::read(from).map_err(Error::io("read", from))?)
}
