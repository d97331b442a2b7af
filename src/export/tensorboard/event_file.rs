//! An event file that grows.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use super::event::Event;
use crate::error::{Error, Result};

const PREFIX: &str = "events.out.tfevents.";

/// Digits of the time in a file's name, so that names sort by time.
const TIME_DIGITS: usize = 10;

/// An event file of this process.
pub(super) struct EventFile {
    path: PathBuf,
    file: File,
}

impl EventFile {
    /// Creates a file in `directory`, and the directory, but not its parents: a removed run must
    /// not reappear. The name sorts after those of all event files there.
    pub fn create(directory: &Path) -> Result<Self> {
        match fs::create_dir(directory) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                return Err(Error::io("create", directory)(error));
            }
            _ => (),
        }
        // A link could lead elsewhere.
        if !fs::symlink_metadata(directory).is_ok_and(|metadata| metadata.is_dir()) {
            return Err(Error::run(directory, "is not a directory; move it away"));
        }
        let path = directory.join(new_name(&event_files(directory)?));
        let file = File::create_new(&path).map_err(Error::io("create", &path))?;
        Ok(Self { path, file })
    }

    /// Appends events in one write, so that a reader sees all of them or, at worst, a truncated
    /// last record.
    pub fn append(&mut self, events: &[Event]) -> Result<()> {
        let mut bytes = Vec::new();
        for event in events {
            event.push_to(&mut bytes);
        }
        self.file.write_all(&bytes).map_err(Error::io("write", &self.path))
    }

    /// Removes the file, which is useless without whole events.
    pub fn remove(self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Lists the event files of `directory` in the order of their names.
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

/// Whether `path` is an event file. Stricter than TensorBoard, which also accepts other beginnings
/// of the name.
fn is_event_file(path: &Path) -> bool {
    name_of(path).starts_with(PREFIX)
}

/// Creates a name like those of TensorBoard's own writer: time, host, process. The time is later
/// than that of all `others`, since two files of one second would sort by process, and the clock
/// may have been set back.
fn new_name(others: &[PathBuf]) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let next = others.iter().filter_map(|path| time_of(path)).map(|time| time + 1).max().unwrap_or(0);
    format!("{PREFIX}{:0TIME_DIGITS$}.{}.{}", now.max(next), host(), std::process::id())
}

fn time_of(path: &Path) -> Option<u64> {
    let time = name_of(path).strip_prefix(PREFIX)?.split('.').next()?.to_string();
    // Below the maximum, so that the next time has as many digits.
    (time.len() == TIME_DIGITS).then(|| time.parse().ok()).flatten().filter(|&time| time < 9_999_999_999)
}

fn name_of(path: &Path) -> std::borrow::Cow<'_, str> {
    path.file_name().unwrap_or_default().to_string_lossy()
}

/// Returns this machine's name, if the system reveals it without a library.
fn host() -> String {
    let files =
        ["/proc/sys/kernel/hostname", "/etc/hostname"].into_iter().filter_map(|path| fs::read_to_string(path).ok());
    let variables = ["HOSTNAME", "COMPUTERNAME"].into_iter().filter_map(|name| std::env::var(name).ok());
    let plain = |name: String| -> String {
        let is_plain = |character: &char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
        name.trim().chars().filter(is_plain).take(64).collect()
    };
    let mut names = files.chain(variables).map(plain).filter(|name| !name.is_empty());
    names.next().unwrap_or_else(|| "localhost".to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_name_sorts_after_all_others_whatever_the_clock() {
        let others = [1_700_000_000, 4_000_000_000_u64].map(|time| PathBuf::from(format!("{PREFIX}{time}.host.99999")));
        let name = new_name(&others);
        assert!(name.starts_with(&format!("{PREFIX}4000000001.")), "{name}");
        assert!(others.iter().all(|other| *name_of(other) < *name));
        let odd = ["events.out.tfevents.", "events.out.tfevents.soon.host", "events.out.tfevents.9999999999.h.1"];
        let name = new_name(&odd.map(PathBuf::from));
        assert!(time_of(Path::new(&name)).is_some_and(|time| time < 9_999_999_999), "{name}");
    }

    #[test]
    fn the_host_name_is_one_word() {
        assert!(!host().is_empty() && host().chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c)));
    }
}
