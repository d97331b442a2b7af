//! A file that is known by name: found, read, and verified as far as it is known.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::{Error, Result};
use burn_mlp_infer::csv::gzip::{is_gzip, read_problem, uncompressed};
use burn_mlp_infer::hex;

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
        // A compressed copy of the file is never larger than the file and gzip's own bytes.
        let most = self.bytes + super::cache::GZIP_OVERHEAD;
        let hash = matches!(self.identity, Identity::Compressed(_)).then(Sha256::new);
        let mut stored = Stored { reader: file.take(most), start: Vec::new(), hash };
        let bytes = self.uncompress(&mut stored).map_err(|error| fail(read_problem(&error)))?;
        let compressed = stored.hash.filter(|_| is_gzip(&stored.start)).map(|hash| hex(&hash.finalize()));
        match self.difference(compressed.as_deref(), &bytes) {
            None => Ok(bytes),
            Some(difference) => Err(fail(format!(
                "is not the original {}: {difference}; fetch it again, or use `idx:DIR` for other data in this format",
                self.name
            ))),
        }
    }

    /// All that is stored, and what it is uncompressed as far as the file should go.
    fn uncompress(&self, stored: &mut impl Read) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::with_capacity(self.bytes as usize + 1);
        uncompressed(&mut *stored)?.take(self.bytes + 1).read_to_end(&mut bytes)?;
        io::copy(stored, &mut io::sink())?;
        Ok(bytes)
    }

    /// What tells a file from the original: its uncompressed `bytes`, and the SHA-256 of the `compressed` ones, if that is
    /// how it lies there.
    fn difference(&self, compressed: Option<&str>, bytes: &[u8]) -> Option<String> {
        match self.identity {
            Identity::Uncompressed(sha256) if hex(&Sha256::digest(bytes)) != sha256 => {
                Some(format!("the SHA-256 of its uncompressed bytes is not {sha256}"))
            }
            Identity::Compressed(sha256) if compressed.is_some_and(|found| found != sha256) => {
                Some(format!("its SHA-256 is not {sha256}"))
            }
            _ if bytes.len() as u64 != self.bytes => Some(format!("it has not {} bytes, uncompressed", self.bytes)),
            _ => None,
        }
    }
}

/// The bytes of a file as they pass: hashed where that is asked for, so that they need not be held.
struct Stored<R> {
    reader: R,
    /// The first bytes, which tell whether it is compressed.
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
