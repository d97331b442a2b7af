//! Checks what must hold for a run's files at every moment, without the program's own code.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use burn_mlp_infer::sha256_hex;
use serde_json::Value;

/// The progress of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Progress {
    /// The newest epoch with a checkpoint; 0 if there is none.
    pub checkpoint: usize,
    /// Rows of metrics.csv.
    pub rows: usize,
}

/// Reads every final file of the run in `directory` and asserts that it is complete.
pub fn check_whole(directory: &Path) -> Progress {
    let record: Value = serde_json::from_slice(&fs::read(directory.join("run.json")).unwrap()).unwrap();
    assert_eq!(record["name"], directory.file_name().unwrap().to_str().unwrap());
    fs::read_to_string(directory.join("config.toml")).unwrap().parse::<toml::Table>().unwrap();
    if let Ok(bytes) = fs::read(directory.join("evaluation.json")) {
        let evaluation: Value = serde_json::from_slice(&bytes).unwrap();
        assert!(evaluation["test"]["accuracy"].is_f64());
    }
    if let Ok(bytes) = fs::read(directory.join("model.safetensors")) {
        check_safetensors(&bytes);
    }
    for split in ["test", "valid"] {
        if let Ok(bytes) = fs::read(directory.join(format!("predictions/{split}.csv"))) {
            assert!(bytes.ends_with(b"\n") && csv_rows(&bytes) > 100);
        }
    }
    let metrics = fs::read(directory.join("metrics.csv")).unwrap_or_default();
    assert!(metrics.is_empty() || metrics.ends_with(b"\n"));
    Progress { checkpoint: check_checkpoints(directory), rows: csv_rows(&metrics) }
}

fn csv_rows(bytes: &[u8]) -> usize {
    csv::Reader::from_reader(bytes).records().collect::<csv::Result<Vec<_>>>().unwrap().len()
}

/// Asserts that the file is the header's length in eight bytes, the header, and the bytes that the
/// header describes.
fn check_safetensors(bytes: &[u8]) {
    let header_end = 8 + u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header: Value = serde_json::from_slice(&bytes[8..header_end]).unwrap();
    let ends = header.as_object().unwrap().values().filter_map(|tensor| tensor["data_offsets"][1].as_u64());
    assert_eq!(header_end + ends.max().unwrap() as usize, bytes.len());
}

/// Asserts that all checkpoints match their manifests, and returns the newest epoch.
fn check_checkpoints(directory: &Path) -> usize {
    let mut newest = 0;
    for checkpoint in entries(&directory.join("checkpoint")) {
        let name = checkpoint.file_name().unwrap().to_str().unwrap();
        let Some(epoch) = name.strip_prefix("epoch-") else {
            assert!(name.starts_with(".tmp-"), "{name}");
            continue;
        };
        let manifest = fs::read(checkpoint.join("manifest.json")).unwrap_or_else(|error| panic!("{name}: {error}"));
        let manifest: Value = serde_json::from_slice(&manifest).unwrap();
        let files = manifest["files"].as_array().unwrap();
        assert_eq!(files.len(), 4, "{manifest}");
        for file in files {
            let bytes = fs::read(checkpoint.join(file["name"].as_str().unwrap())).unwrap();
            let sha256 = sha256_hex(&bytes);
            assert_eq!(file["sha256"], sha256.as_str(), "{name}");
        }
        newest = newest.max(epoch.parse().unwrap());
    }
    newest
}

/// Lists `directory`; empty if it does not exist.
pub fn entries(directory: &Path) -> Vec<PathBuf> {
    fs::read_dir(directory).map(|entries| entries.flatten().map(|entry| entry.path()).collect()).unwrap_or_default()
}

/// Whether a file in `directory` is being written, or was when its writer died.
pub fn has_half_written(directory: &Path, prefix: &str) -> bool {
    entries(directory).iter().any(|path| path.file_name().unwrap().to_str().unwrap().starts_with(prefix))
}

/// Lists all files below `directory` by relative path.
pub fn tree(directory: &Path) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    for path in entries(directory) {
        let name = PathBuf::from(path.file_name().unwrap());
        if path.is_dir() {
            files.extend(tree(&path).into_iter().map(|below| name.join(below)));
        } else {
            files.insert(name);
        }
    }
    files
}
