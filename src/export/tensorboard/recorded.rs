//! Reads the event files of a directory as TensorBoard does.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use prost::Message;

use super::event::{Content, Event, START};
use super::event_file::event_files;
use super::framing::whole_records;
use super::scalars::{scalars, step};
use crate::error::{Error, Result};
use crate::run_directory::EpochRow;

/// Maximum number of bytes read from a file, ten times those of a run of 100,000 epochs.
const MAX_EVENT_FILE_BYTES: u64 = 256 << 20;

/// The scalars of each step, by tag.
pub type Recorded = BTreeMap<i64, BTreeMap<String, f32>>;

/// Reads the scalars in the event files of `directory`, in the order of the files' names and
/// without those that a later restart invalidates. A file is read up to its first truncated or
/// damaged record. Without a directory there are none.
///
/// # Errors
/// [`Error::Io`] if a file or the directory cannot be read.
pub fn recorded(directory: &Path) -> Result<Recorded> {
    let mut recorded = Recorded::new();
    for path in event_files(directory)? {
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(Error::io("read", &path))?;
        file.take(MAX_EVENT_FILE_BYTES).read_to_end(&mut bytes).map_err(Error::io("read", &path))?;
        read_events(&bytes, &mut recorded);
    }
    Ok(recorded)
}

/// Adds the scalars of a file. Events of other kinds are skipped.
pub(super) fn read_events(file: &[u8], recorded: &mut Recorded) {
    for event in whole_records(file).map_while(|data| Event::decode(data).ok()) {
        match event.content {
            Some(Content::SessionLog(log)) if log.status == START => recorded.retain(|&step, _| step < event.step),
            Some(Content::Summary(summary)) => {
                let values = summary.values.into_iter().filter_map(|value| Some((value.tag, value.simple_value?)));
                recorded.entry(event.step).or_default().extend(values);
            }
            _ => (),
        }
    }
}

/// Counts the leading `rows` that are recorded with equal values.
pub(super) fn recorded_rows(recorded: &Recorded, rows: &[EpochRow]) -> usize {
    // Compared by bits, since NaN is unequal to itself.
    let is_recorded = |row: &&EpochRow| {
        let scalars: BTreeMap<&str, u32> = scalars(row).map(|(tag, value)| (tag, value.to_bits())).collect();
        let same = |found: &BTreeMap<String, f32>| {
            found.iter().map(|(tag, value)| (tag.as_str(), value.to_bits())).eq(scalars)
        };
        recorded.get(&step(row)).is_some_and(same)
    };
    rows.iter().take_while(is_recorded).count()
}
