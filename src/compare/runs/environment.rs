//! What the runs were made by and on, where that differs.

use serde_json::Value;

use super::settings::{DifferingSetting, SettingsComparison};
use super::subject::Subject;
use crate::format::count;
use crate::run_directory::RunRecord;

/// Letters of a hash that tell it from another.
const SHOWN_HASH: usize = 12;

/// A property's name and what a record tells of it.
type Property = (&'static str, fn(&RunRecord) -> Option<String>);

const PROPERTIES: [Property; 14] = [
    ("data's SHA-256", |record| shortened(&record.data.hash)),
    ("rows (train, valid, test)", |record| Some(rows(record))),
    ("initial weights' SHA-256", |record| shortened(record.initial_weights_sha256.as_deref().unwrap_or_default())),
    ("backend", |record| Some(record.backend.clone())),
    ("device", |record| Some(device(record))),
    ("processor", |record| record.machine.cpu.clone()),
    ("processor's extensions", |record| told(record.machine.cpu_features.join(" "))),
    ("threads", |record| Some(record.machine.threads.to_string())),
    ("platform", |record| Some(format!("{} on {}", record.machine.os, record.machine.architecture))),
    ("system", |record| record.machine.os_version.clone()),
    ("burn-mlp", |record| told(record.crate_version.clone())),
    ("Burn", |record| told(record.burn_version.clone())),
    ("build", |record| record.sessions.last().and_then(|session| told(session.program.profile.clone()))),
    ("resumed", |record| Some(resumed(record))),
];

/// The properties that are not the same in all runs, and that no setting tells already.
pub(super) fn differing(subjects: &[Subject], settings: &SettingsComparison) -> Vec<DifferingSetting> {
    let row = |(name, value): Property| DifferingSetting {
        name: name.to_string(),
        values: subjects.iter().map(|subject| value(&subject.record).map(Value::String)).collect(),
    };
    let rows = PROPERTIES.into_iter().map(row).filter(DifferingSetting::differs);
    rows.filter(|row| !settings.differing.contains(row)).collect()
}

fn told(text: String) -> Option<String> {
    Some(text).filter(|text| !text.is_empty())
}

fn shortened(hash: &str) -> Option<String> {
    told(hash.chars().take(SHOWN_HASH).collect())
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
