//! The settings that differ.

use serde::Serialize;
use serde_json::Value;

use super::subject::Subject;
use crate::config::{RunConfig, SETTINGS};
use crate::{Error, Result};

/// The settings of the runs whose config.toml can be read.
#[derive(Debug, Serialize)]
pub struct SettingsComparison {
    /// Those that are not the same in all runs, in the order in which a configuration is written.
    pub differing: Vec<DifferingSetting>,
    /// How many are the same in all runs.
    pub same: usize,
}

/// A setting, or a property of the surroundings, with a value per run.
#[derive(Debug, PartialEq, Serialize)]
pub struct DifferingSetting {
    /// The setting's dotted key, or what the property is called.
    pub name: String,
    /// Nothing for a run that does not tell.
    pub values: Vec<Option<Value>>,
}

impl SettingsComparison {
    pub(super) fn new(subjects: &[Subject]) -> Result<Self> {
        let tables = subjects.iter().map(|subject| subject.config.as_ref().ok().map(table).transpose());
        let tables = tables.collect::<Result<Vec<Option<Value>>>>()?;
        let rows = SETTINGS.iter().map(|setting| {
            let pointer = format!("/{}", setting.key.replace('.', "/"));
            let value = |table: &Option<Value>| table.as_ref()?.pointer(&pointer).cloned();
            DifferingSetting { name: setting.key.to_string(), values: tables.iter().map(value).collect() }
        });
        let (differing, same): (Vec<_>, Vec<_>) = rows.partition(DifferingSetting::differs);
        let is_known = |row: &&DifferingSetting| row.values.iter().flatten().count() > 1;
        Ok(Self { differing, same: same.iter().filter(is_known).count() })
    }
}

impl DifferingSetting {
    /// Whether two runs that tell the value tell another one.
    pub(super) fn differs(&self) -> bool {
        let mut told = self.values.iter().flatten();
        let first = told.next();
        told.any(|value| Some(value) != first)
    }

    /// The values as a person writes them; nothing for a run that does not tell.
    pub fn texts(&self) -> Vec<Option<String>> {
        self.values.iter().map(|value| value.as_ref().map(text)).collect()
    }
}

fn table(config: &RunConfig) -> Result<Value> {
    serde_json::to_value(config).map_err(|error| Error::config("configuration", error.to_string()))
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "\"\"".to_string(),
        Value::String(text) => text.clone(),
        Value::Array(values) => format!("[{}]", values.iter().map(text).collect::<Vec<_>>().join(", ")),
        value => value.to_string(),
    }
}
