//! Atomic file replacement that survives a power cut: write a temporary file beside the target,
//! sync, rename.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::layout::{NEW_RUN_PREFIX, TEMPORARY_PREFIX, TEMPORARY_RANDOM};
use crate::{Error, Result};

/// Replaces the file at `path` with `bytes`, or leaves it unchanged.
///
/// # Errors
/// [`Error::Io`] naming `path` if its directory is missing, permission is denied or the disk is
/// full.
pub fn write_atomic(path: impl AsRef<Path>, bytes: &[u8]) -> Result<()> {
    let path = path.as_ref();
    replace(path, bytes).map_err(Error::io("write", path))
}

fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let directory = directory_of(path);
    // Temporary files are readable by their owner alone by default; this one becomes an ordinary
    // file.
    let mut file = temporary(0o666).tempfile_in(directory).map_err(without_path)?;
    file.as_file_mut().write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|failed| failed.error)?;
    sync_directory(directory)
}

/// Creates a hidden directory in `parent` that is removed on drop.
pub(crate) fn temporary_directory(parent: &Path) -> io::Result<tempfile::TempDir> {
    temporary(0o777).tempdir_in(parent).map_err(without_path)
}

/// Creates a hidden directory for a new run in `out` that is removed on drop.
pub(crate) fn new_run_directory(out: &Path) -> io::Result<tempfile::TempDir> {
    temporary(0o777).prefix(NEW_RUN_PREFIX).tempdir_in(out).map_err(without_path)
}

/// Syncs `directory`, which makes renames in it durable; does nothing where the system cannot.
pub(crate) fn sync_directory(directory: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(directory)?.sync_all() } else { Ok(()) }
}

/// Removes temporary files and directories that killed writers left in `directory`. The caller must
/// hold the run's lock.
pub(crate) fn remove_stray(directory: &Path) -> Result<()> {
    for entry in fs::read_dir(directory).map_err(Error::io("read", directory))? {
        let entry = entry.map_err(Error::io("read", directory))?;
        if !is_temporary(&entry.file_name()) {
            continue;
        }
        let path = entry.path();
        let kind = entry.file_type().map_err(Error::io("read", &path))?;
        // `kind` describes the entry itself, so a symbolic link is neither and stays.
        let removed = if kind.is_dir() {
            fs::remove_dir_all(&path)
        } else if kind.is_file() {
            fs::remove_file(&path)
        } else {
            Ok(())
        };
        removed.map_err(Error::io("remove", &path))?;
    }
    Ok(())
}

fn is_temporary(name: &OsStr) -> bool {
    has_random_suffix(name, TEMPORARY_PREFIX)
}

/// Returns whether [`new_run_directory`] could have created `name`.
pub(crate) fn is_new_run(name: &OsStr) -> bool {
    has_random_suffix(name, NEW_RUN_PREFIX)
}

fn has_random_suffix(name: &OsStr, prefix: &str) -> bool {
    let random = name.to_str().and_then(|name| name.strip_prefix(prefix));
    random.is_some_and(|random| {
        random.len() == TEMPORARY_RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Configures temporary entries with permissions `mode`, less the process's umask.
fn temporary(mode: u32) -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(TEMPORARY_PREFIX).rand_bytes(TEMPORARY_RANDOM);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
    #[cfg(not(unix))]
    let _ = mode;
    builder
}

/// Strips the hidden path that the tempfile crate appends: the caller reports the target's path.
fn without_path(error: io::Error) -> io::Error {
    let text = error.to_string();
    match text.split_once(" at path ") {
        Some((reason, _)) => io::Error::new(error.kind(), reason),
        None => error,
    }
}

fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn replacing_a_file_leaves_nothing_else_behind() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("run.json");
        write_atomic(&path, b"first").unwrap();
        write_atomic(&path, b"second").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"second");
        assert_eq!(names(directory.path()), ["run.json"]);
    }

    #[test]
    fn a_failed_write_names_the_file_and_leaves_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("missing").join("run.json");
        let error = write_atomic(&path, b"text").unwrap_err();
        assert!(matches!(&error, Error::Io { path: named, .. } if *named == path), "{error}");
        assert!(!error.to_string().contains(TEMPORARY_PREFIX), "{error}");
        let occupied = directory.path().join("occupied");
        fs::create_dir(&occupied).unwrap();
        assert!(matches!(write_atomic(&occupied, b"text"), Err(Error::Io { .. })));
        assert_eq!(names(directory.path()), ["occupied"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_written_file_has_ordinary_permissions() {
        use std::os::unix::fs::MetadataExt;
        let directory = tempfile::tempdir().unwrap();
        let (ours, ordinary) = (directory.path().join("ours"), directory.path().join("ordinary"));
        write_atomic(&ours, b"").unwrap();
        fs::write(&ordinary, b"").unwrap();
        assert_eq!(fs::metadata(ours).unwrap().mode(), fs::metadata(ordinary).unwrap().mode());
    }

    #[test]
    fn only_names_that_match_exactly_are_removed_as_stray() {
        let directory = tempfile::tempdir().unwrap();
        let keep = [".tmp-", ".tmp-abc", ".tmp-abcdefg", "tmp-abc123", "run.json"];
        for name in [".tmp-abc123", ".tmp-ABCDEF"].iter().chain(&keep) {
            fs::write(directory.path().join(name), b"half").unwrap();
        }
        fs::create_dir(directory.path().join(".tmp-dirdir")).unwrap();
        fs::write(directory.path().join(".tmp-dirdir").join("model"), b"half").unwrap();
        remove_stray(directory.path()).unwrap();
        assert_eq!(names(directory.path()), [".tmp-", ".tmp-abc", ".tmp-abcdefg", "run.json", "tmp-abc123"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_stray_symbolic_link_is_neither_followed_nor_removed() {
        let (directory, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(elsewhere.path().join("precious"), b"").unwrap();
        std::os::unix::fs::symlink(elsewhere.path(), directory.path().join(".tmp-abc123")).unwrap();
        remove_stray(directory.path()).unwrap();
        assert_eq!(names(elsewhere.path()), ["precious"]);
    }
}
