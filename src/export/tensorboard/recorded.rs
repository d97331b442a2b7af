//! What the event files of a directory say, read as TensorBoard reads them.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use prost::Message;

use super::event::{Event, START, What};
use super::event_file::is_event_file;
use super::framing::whole_records;
use super::scalars::{scalars, step};
use crate::error::{Error, Result};
use crate::run_directory::EpochRow;

/// Most bytes that are read of a file; a run of 100,000 epochs has a tenth of it.
const EVENT_FILE: u64 = 256 << 20;

/// The scalars of each step, by tag.
pub type Recorded = BTreeMap<i64, BTreeMap<String, f32>>;

/// The scalars in the event files of `directory`, in the order of the files' names, without what a later restart took
/// back. A file counts up to its first record that is cut off or damaged. No directory holds nothing.
///
/// # Errors
/// [`Error::Io`] where a file or the directory cannot be read.
pub fn recorded(directory: &Path) -> Result<Recorded> {
    let mut recorded = Recorded::new();
    for path in event_files(directory)? {
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(Error::io("read", &path))?;
        file.take(EVENT_FILE).read_to_end(&mut bytes).map_err(Error::io("read", &path))?;
        read_events(&bytes, &mut recorded);
    }
    Ok(recorded)
}

/// The event files of `directory`, in the order of their names.
pub(super) fn event_files(directory: &Path) -> Result<Vec<PathBuf>> {
    if !directory.is_dir() {
        return Ok(Vec::new());
    }
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory).map_err(Error::io("read", directory))? {
        let path = entry.map_err(Error::io("read", directory))?.path();
        if is_event_file(&path) && path.is_file() {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Adds what a file says. Events of other kinds are passed over.
pub(super) fn read_events(file: &[u8], recorded: &mut Recorded) {
    for event in whole_records(file).map_while(|data| Event::decode(data).ok()) {
        match event.what {
            Some(What::SessionLog(log)) if log.status == START => recorded.retain(|&step, _| step < event.step),
            Some(What::Summary(summary)) => {
                let values = summary.values.into_iter().filter_map(|value| Some((value.tag, value.simple_value?)));
                recorded.entry(event.step).or_default().extend(values);
            }
            _ => (),
        }
    }
}

/// How many of `rows`, from the first on, are recorded as they are.
pub(super) fn recorded_rows(recorded: &Recorded, rows: &[EpochRow]) -> usize {
    // By bits: not a number is unequal to itself.
    let is_recorded = |row: &&EpochRow| {
        let scalars: BTreeMap<&str, u32> = scalars(row).map(|(tag, value)| (tag, value.to_bits())).collect();
        let same = |found: &BTreeMap<String, f32>| {
            found.iter().map(|(tag, value)| (tag.as_str(), value.to_bits())).eq(scalars)
        };
        recorded.get(&step(row)).is_some_and(same)
    };
    rows.iter().take_while(is_recorded).count()
}
