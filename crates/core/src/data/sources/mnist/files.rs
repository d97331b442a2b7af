//! Finds, reads and verifies a file of a known set.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::{Error, Result};
use burn_mlp_infer::csv::gzip::{is_gzip, read_problem, uncompressed};
use burn_mlp_infer::{hex, sha256_hex};

/// Space for gzip's own bytes: a compressed file is at most this much larger than its content.
const GZIP_OVERHEAD: u64 = 1 << 16;

/// One of the four files.
#[derive(Debug, Clone, Copy)]
pub(super) struct MnistFile {
    /// Name without `.gz`.
    pub name: &'static str,
    /// Length uncompressed.
    pub bytes: u64,
    /// How to recognise it.
    pub identity: Identity,
}

/// Published checksum of a file.
#[derive(Debug, Clone, Copy)]
pub(super) enum Identity {
    /// SHA-256 of the uncompressed bytes, because compressed copies differ.
    Uncompressed(&'static str),
    /// SHA-256 of the published compressed copy. Uncompressed files are recognised by length and
    /// content alone.
    Compressed(&'static str),
    /// No checksum: recognised by length and content.
    Length,
}

impl MnistFile {
    /// Maximum bytes of the file as stored, compressed or not.
    pub fn max_stored_bytes(&self) -> u64 {
        self.bytes + GZIP_OVERHEAD
    }

    /// Finds the file in the first folder that has it, preferably in the form that can be verified.
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

    /// Reads and verifies this file at `path`; returns its uncompressed bytes.
    ///
    /// # Errors
    /// [`Error::Io`] or [`Error::Data`] if it cannot be read or is not the original.
    pub fn read(&self, path: &Path) -> Result<Vec<u8>> {
        let fail = |problem: String| Error::data(path.display().to_string(), problem);
        let file = File::open(path).map_err(Error::io("open", path))?;
        let hash = matches!(self.identity, Identity::Compressed(_)).then(Sha256::new);
        let mut stored = Stored { reader: file.take(self.max_stored_bytes()), start: Vec::new(), hash };
        let bytes = self.uncompress(&mut stored).map_err(|error| fail(read_problem(&error)))?;
        let compressed = stored.hash.filter(|_| is_gzip(&stored.start)).map(|hash| hex(&hash.finalize()));
        match self.difference(compressed.as_deref(), &bytes) {
            None => Ok(bytes),
            Some(difference) => Err(fail(format!(
                "is not the original {}: {difference}; download it again, or use `idx:DIR` for other data in this format",
                self.name
            ))),
        }
    }

    /// Reads all of `stored` and returns its uncompressed bytes, up to one more than the file
    /// should have.
    fn uncompress(&self, stored: &mut impl Read) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.bytes as usize + 1);
        uncompressed(&mut *stored)?.take(self.bytes + 1).read_to_end(&mut bytes)?;
        io::copy(stored, &mut io::sink())?;
        Ok(bytes)
    }

    /// Returns how the file differs from the original, given its uncompressed `bytes` and, if it is
    /// stored compressed, the SHA-256 of its `compressed` bytes.
    fn difference(&self, compressed: Option<&str>, bytes: &[u8]) -> Option<String> {
        match self.identity {
            Identity::Uncompressed(sha256) if sha256_hex(bytes) != sha256 => {
                Some(format!("the SHA-256 of its uncompressed bytes is not {sha256}"))
            }
            Identity::Compressed(sha256) if compressed.is_some_and(|found| found != sha256) => {
                Some(format!("its SHA-256 is not {sha256}"))
            }
            _ if bytes.len() as u64 != self.bytes => {
                Some(format!("its uncompressed length is not {} bytes", self.bytes))
            }
            _ => None,
        }
    }
}

/// Hashes the bytes of a file while they are read, so that they need not be kept.
struct Stored<R> {
    reader: R,
    /// First two bytes, which show whether it is compressed.
    start: Vec<u8>,
    hash: Option<Sha256>,
}

impl<R: Read> Read for Stored<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        let passed = &buffer[..count];
        self.start.extend(passed.iter().take(2_usize.saturating_sub(self.start.len())));
        if let Some(hash) = &mut self.hash {
            hash.update(passed);
        }
        Ok(count)
    }
}
