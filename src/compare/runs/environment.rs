//! Program, machine and data of the runs, where they differ.

use serde_json::Value;

use super::loaded_run::LoadedRun;
use super::settings::{DifferingSetting, SettingsComparison};
use crate::format::count;
use crate::run_directory::RunRecord;

/// Shown digits of a hash: enough to tell two apart.
const HASH_DIGITS: usize = 12;

/// The name of a property, and how to read it from a record.
type Property = (&'static str, fn(&RunRecord) -> Option<String>);

const PROPERTIES: [Property; 14] = [
    ("SHA-256 of the data", |record| shortened(&record.data.hash)),
    ("rows (train, valid, test)", |record| Some(rows(record))),
    ("SHA-256 of the initial weights", |record| {
        shortened(record.initial_weights_sha256.as_deref().unwrap_or_default())
    }),
    ("backend", |record| Some(record.backend.clone())),
    ("device", |record| Some(device(record))),
    ("processor", |record| record.machine.cpu.clone()),
    ("processor extensions", |record| known(record.machine.cpu_features.join(" "))),
    ("threads", |record| Some(record.machine.threads.to_string())),
    ("platform", |record| Some(format!("{} on {}", record.machine.os, record.machine.architecture))),
    ("system", |record| record.machine.os_version.clone()),
    ("burn-mlp", |record| known(record.crate_version.clone())),
    ("Burn", |record| known(record.burn_version.clone())),
    ("build", |record| record.sessions.last().and_then(|session| known(session.program.profile.clone()))),
    ("resumed", |record| Some(resumed(record))),
];

/// Returns the properties that differ, except for those that differ as settings already.
pub(super) fn differing(runs: &[LoadedRun], settings: &SettingsComparison) -> Vec<DifferingSetting> {
    let row = |(name, value): Property| DifferingSetting {
        name: name.to_string(),
        values: runs.iter().map(|run| value(&run.record).map(Value::String)).collect(),
    };
    let rows = PROPERTIES.into_iter().map(row).filter(DifferingSetting::differs);
    rows.filter(|row| !settings.differing.contains(row)).collect()
}

/// Returns `text` unless it is empty.
fn known(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn shortened(hash: &str) -> Option<String> {
    known(hash.chars().take(HASH_DIGITS).collect())
}

fn rows(record: &RunRecord) -> String {
    let data = &record.data;
    [data.train_rows, data.valid_rows, data.test_rows].map(count).join(" + ")
}

fn device(record: &RunRecord) -> String {
    let software = if record.software_adapter { " (a software rasteriser)" } else { "" };
    format!("{}{software}", record.device)
}

fn resumed(record: &RunRecord) -> String {
    let epochs: Vec<String> = record.resumed.iter().map(|resumption| resumption.epoch.to_string()).collect();
    if epochs.is_empty() { "no".to_string() } else { format!("after epoch {}", epochs.join(", ")) }
}
