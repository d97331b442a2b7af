//! Settings that differ between runs.

use serde::Serialize;
use serde_json::Value;

use crate::config::{RunConfig, SETTINGS};
use crate::{Error, Result};

/// The settings of all runs whose config.toml can be read.
#[derive(Debug, Serialize)]
pub struct SettingsComparison {
    /// Settings that differ between runs, in the order of config.toml.
    pub differing: Vec<DifferingSetting>,
    /// Number of settings that are the same in all runs.
    pub same: usize,
}

/// A setting or a property of the environment, with a value per run.
#[derive(Debug, PartialEq, Serialize)]
pub struct DifferingSetting {
    /// The dotted key of the setting, or the name of the property.
    pub name: String,
    /// `None` if it is not known for a run.
    pub values: Vec<Option<Value>>,
}

impl SettingsComparison {
    /// Compares `configs`, `None` where one cannot be read.
    pub(in crate::compare) fn of(configs: &[Option<&RunConfig>]) -> Result<Self> {
        let tables = configs.iter().map(|config| config.map(table).transpose());
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
    /// Whether two runs with known values differ.
    pub(super) fn differs(&self) -> bool {
        let mut known = self.values.iter().flatten();
        let first = known.next();
        known.any(|value| Some(value) != first)
    }

    /// Returns the values as one types them, or `None` if a value is not known.
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
