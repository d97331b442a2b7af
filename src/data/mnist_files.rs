//! A file that is known by name: found, read, and verified as far as it is known.

use std::fs::File;
use std::io::{self, Read};
use std::mem::take;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::gzip::{is_gzip, read_problem, uncompressed};
use super::hash::to_hex;
use crate::{Error, Result};

/// One of the four files.
#[derive(Debug, Clone, Copy)]
pub(super) struct MnistFile {
    /// Name without `.gz`.
    pub name: &'static str,
    /// Length uncompressed.
    pub bytes: u64,
    /// How it is known again.
    pub identity: Identity,
}

/// What is published about a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Identity {
    /// SHA-256 of the uncompressed bytes, since compressed copies differ from one another.
    Uncompressed(&'static str),
    /// SHA-256 of the one compressed copy that is known. An uncompressed one is known by its length alone, and by what it
    /// holds.
    Compressed(&'static str),
    /// The length alone, and what it holds.
    Length,
}

impl MnistFile {
    /// The file in the first folder that has it: in the form that can be verified, or else in the other.
    pub fn find(&self, folders: &[PathBuf]) -> Option<PathBuf> {
        let candidates = folders.iter().flat_map(|folder| {
            let raw = folder.join(self.name);
            let compressed = raw.with_added_extension("gz");
            match self.identity {
                Identity::Compressed(_) => [compressed, raw],
                Identity::Uncompressed(_) | Identity::Length => [raw, compressed],
            }
        });
        candidates.into_iter().find(|path| path.is_file())
    }

    /// The uncompressed bytes of this file at `path`, verified as far as it is known.
    ///
    /// # Errors
    /// If it cannot be read or is not the original.
    pub fn read(&self, path: &Path) -> Result<Vec<u8>> {
        let fail = |problem: String| Error::data(path.display().to_string(), problem);
        let file = File::open(path).map_err(Error::io("open", path))?;
        let mut stored = Vec::with_capacity(self.bytes as usize + 1);
        // A compressed copy of the file is never larger than the file and gzip's own bytes.
        let most = self.bytes + super::mnist_cache::GZIP_OVERHEAD;
        file.take(most).read_to_end(&mut stored).map_err(|error| fail(format!("cannot be read: {error}")))?;
        let compressed = is_gzip(&stored);
        // What is stored uncompressed is not held twice.
        let bytes = if compressed {
            self.uncompress(&stored).map_err(|error| fail(read_problem(&error)))?
        } else {
            take(&mut stored)
        };
        match self.difference(&stored, &bytes) {
            None => Ok(bytes),
            Some(difference) => Err(fail(format!(
                "is not the original {}: {difference}; fetch it again, or use `idx:DIR` for other data in this format",
                self.name
            ))),
        }
    }

    fn uncompress(&self, stored: &[u8]) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.bytes as usize + 1);
        uncompressed(stored)?.take(self.bytes + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// What tells a file from the original: its uncompressed `bytes`, and `stored` as it lies there if that is compressed.
    fn difference(&self, stored: &[u8], bytes: &[u8]) -> Option<String> {
        let has_hash = |bytes: &[u8], sha256: &str| to_hex(&Sha256::digest(bytes)) == sha256;
        match self.identity {
            Identity::Uncompressed(sha256) if !has_hash(bytes, sha256) => {
                Some(format!("the SHA-256 of its uncompressed bytes is not {sha256}"))
            }
            Identity::Compressed(sha256) if !stored.is_empty() && !has_hash(stored, sha256) => {
                Some(format!("its SHA-256 is not {sha256}"))
            }
            _ if bytes.len() as u64 != self.bytes => Some(format!("it has not {} bytes, uncompressed", self.bytes)),
            _ => None,
        }
    }
}
