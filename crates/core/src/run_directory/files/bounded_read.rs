//! Reads with a size limit, so that a damaged or hostile file causes an error and does not fill
//! memory.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use serde::de::DeserializeOwned;

use crate::{Error, Result};

/// Reads the file at `path`, at most `limit` bytes; returns `None` if it does not exist.
pub(crate) fn read_if_present(path: &Path, limit: u64) -> Result<Option<Vec<u8>>> {
    let metadata = match std::fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::io("read", path)(error)),
    };
    if !metadata.is_file() {
        return Err(Error::run(path, "is not a file; move it away"));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(Error::io("read", path))?;
    // The file may grow after its size is known.
    file.take(limit + 1).read_to_end(&mut bytes).map_err(Error::io("read", path))?;
    if bytes.len() as u64 > limit {
        let problem = format!(
            "is larger than {limit} bytes, the maximum for such a file; burn-mlp did not write it, so remove it"
        );
        return Err(Error::run(path, problem));
    }
    Ok(Some(bytes))
}

/// Reads a file that must exist; see [`read_if_present`]. `remedy` tells the user what to do if it
/// does not.
pub(crate) fn read_required(path: &Path, limit: u64, remedy: &str) -> Result<Vec<u8>> {
    read_if_present(path, limit)?.ok_or_else(|| Error::run(path, format!("is missing; {remedy}")))
}

/// Parses JSON, the content of `path`; `remedy` tells the user what to do if it is damaged.
pub(crate) fn parse_json<T: DeserializeOwned>(path: &Path, bytes: &[u8], remedy: &str) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| damaged(path, error, remedy))
}

/// Decodes UTF-8, the content of `path`.
pub(crate) fn parse_text(path: &Path, bytes: Vec<u8>, remedy: &str) -> Result<String> {
    String::from_utf8(bytes).map_err(|error| damaged(path, error, remedy))
}

/// The error for a file that cannot be understood.
pub(crate) fn damaged(path: &Path, reason: impl std::fmt::Display, remedy: &str) -> Error {
    Error::run(path, format!("is damaged ({reason}); {remedy}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_above_the_limit_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("run.json");
        std::fs::write(&path, b"12345").unwrap();
        assert_eq!(read_if_present(&path, 5).unwrap().unwrap(), b"12345");
        assert!(read_if_present(&path, 4).unwrap_err().to_string().contains("larger than 4 bytes"));
    }

    #[test]
    fn a_missing_file_differs_from_an_unreadable_one() {
        let directory = tempfile::tempdir().unwrap();
        assert!(read_if_present(&directory.path().join("none"), 5).unwrap().is_none());
        assert!(read_if_present(directory.path(), 5).unwrap_err().to_string().contains("is not a file"));
    }
}
