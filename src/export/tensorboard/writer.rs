//! Writes a run's epochs to event files, during the training or after it.

use std::path::Path;
use std::time::{Duration, SystemTime};

use super::event::Event;
use super::event_file::EventFile;
use super::recorded::{Recorded, recorded, recorded_rows};
use super::scalars::{event, step};
use crate::error::Result;
use crate::run_directory::EpochRow;

/// Writes the scalars of each epoch when the epoch ends.
pub struct ScalarWriter {
    file: EventFile,
}

impl ScalarWriter {
    /// Opens a new event file in `directory` for the epochs after `earlier`, which ended at
    /// `ended`. The file starts with those of `earlier` that the other files lack: a run may have
    /// been killed before an epoch was written, or trained for a while without a writer.
    ///
    /// # Errors
    /// If `directory` is not a directory or has no parent, or a file cannot be read or written.
    pub fn open(directory: &Path, earlier: &[EpochRow], ended: SystemTime) -> Result<Self> {
        Self::after(&recorded(directory)?, directory, earlier, ended)
    }

    fn after(recorded: &Recorded, directory: &Path, rows: &[EpochRow], ended: SystemTime) -> Result<Self> {
        let missing = &rows[recorded_rows(recorded, rows)..];
        let next = rows.last().map_or(1, |row| step(row).saturating_add(1));
        let now = SystemTime::now();
        let mut events = vec![Event::file_version(now), Event::restart(now, missing.first().map_or(next, step))];
        events.extend(missing.iter().zip(ends(missing, ended)).map(|(row, time)| event(row, time)));
        let mut file = EventFile::create(directory)?;
        match file.append(&events) {
            Ok(()) => Ok(Self { file }),
            Err(error) => {
                file.remove();
                Err(error)
            }
        }
    }

    /// Appends an epoch that has just ended.
    ///
    /// # Errors
    /// [`Error::Io`](crate::Error::Io). The file may then end within a record, so
    /// [`open`](Self::open) another one.
    pub fn append(&mut self, row: &EpochRow) -> Result<()> {
        self.file.append(&[event(row, SystemTime::now())])
    }
}

/// Brings the event files in `directory` in line with `rows`, all epochs of a run, the last of
/// which ended at `ended`. A new file is created only if they differ. The end times of the other
/// epochs are estimated from `ended`.
///
/// # Errors
/// As [`ScalarWriter::open`].
pub fn write_history(rows: &[EpochRow], directory: &Path, ended: SystemTime) -> Result<()> {
    let recorded = recorded(directory)?;
    let last = rows.last().map_or(0, step);
    let is_in_line = recorded_rows(&recorded, rows) == rows.len() && recorded.keys().all(|&step| step <= last);
    if is_in_line { Ok(()) } else { ScalarWriter::after(&recorded, directory, rows, ended).map(drop) }
}

/// Returns when each of `rows` ended, if the last ended at `ended` and they followed each other.
fn ends(rows: &[EpochRow], ended: SystemTime) -> Vec<SystemTime> {
    let mut ends = Vec::with_capacity(rows.len());
    let mut end = ended;
    for row in rows.iter().rev() {
        ends.push(end);
        let took = Duration::try_from_secs_f64(row.seconds).unwrap_or_default();
        end = end.checked_sub(took).unwrap_or(end);
    }
    ends.reverse();
    ends
}
