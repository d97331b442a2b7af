//! `manifest.json` of a checkpoint: the length and SHA-256 of each of its files.

use std::path::Path;

use burn_mlp_infer::sha256_hex;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::run_directory::SCHEMA_VERSION;
use crate::run_directory::files::bounded_read::{damaged, parse_json};

pub(crate) const REMEDY: &str = "remove this checkpoint and resume from the one before it";

/// Content of `manifest.json`.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    schema_version: u32,
    epoch: usize,
    pub files: Vec<FileEntry>,
}

/// One file of a checkpoint.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileEntry {
    pub name: String,
    length: u64,
    sha256: String,
}

impl Manifest {
    /// Describes `files`, each a name and its content.
    pub fn new(epoch: usize, files: &[(&str, &[u8])]) -> Self {
        let entry = |&(name, bytes): &(&str, &[u8])| FileEntry {
            name: name.to_string(),
            length: bytes.len() as u64,
            sha256: sha256_hex(bytes),
        };
        Self { schema_version: SCHEMA_VERSION, epoch, files: files.iter().map(entry).collect() }
    }

    /// Returns the manifest's canonical text.
    pub fn to_json(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec_pretty(self)
    }

    /// Parses `bytes`, the content of `path`. The manifest has no checksum of its own, so only the
    /// exact text of [`to_json`](Self::to_json) is accepted, and only for this `epoch`.
    pub fn parse(path: &Path, bytes: &[u8], epoch: usize) -> Result<Self> {
        let manifest: Self = parse_json(path, bytes, REMEDY)?;
        if manifest.schema_version != SCHEMA_VERSION {
            let reason = format!("its schema version is {}, not {SCHEMA_VERSION}", manifest.schema_version);
            return Err(damaged(path, reason, REMEDY));
        }
        if manifest.epoch != epoch {
            return Err(damaged(path, format!("it belongs to epoch {}", manifest.epoch), REMEDY));
        }
        if manifest.to_json().ok().as_deref() != Some(bytes) {
            return Err(damaged(path, "its text was changed", REMEDY));
        }
        Ok(manifest)
    }
}

impl FileEntry {
    /// Refuses `bytes`, the content of `path`, if they are not the file that was saved.
    pub fn verify(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        if self.length != bytes.len() as u64 {
            return Err(damaged(path, format!("it has {} of {} bytes", bytes.len(), self.length), REMEDY));
        }
        if self.sha256 != sha256_hex(bytes) {
            return Err(damaged(path, "its SHA-256 differs", REMEDY));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_canonical_text_of_a_manifest_is_accepted() {
        let text = Manifest::new(1, &[("model", b"weights")]).to_json().unwrap();
        let parse = |bytes: &[u8]| Manifest::parse(Path::new("manifest.json"), bytes, 1);
        assert_eq!(parse(&text).unwrap(), Manifest::new(1, &[("model", b"weights")]));
        let same_meaning = serde_json::to_vec(&serde_json::from_slice::<Manifest>(&text).unwrap()).unwrap();
        assert!(parse(&same_meaning).unwrap_err().to_string().contains("its text was changed"));
    }

    #[test]
    fn a_file_with_another_length_or_content_is_refused() {
        let manifest = Manifest::new(1, &[("model", b"weights")]);
        let refusal = |bytes: &[u8]| manifest.files[0].verify(Path::new("model"), bytes).unwrap_err().to_string();
        manifest.files[0].verify(Path::new("model"), b"weights").unwrap();
        assert!(refusal(b"weight").contains("it has 6 of 7 bytes"));
        assert!(refusal(b"Weights").contains("SHA-256 differs"));
    }
}
