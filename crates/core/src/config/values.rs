//! A configuration as a flat list of settings: the form in which layers are merged, checked, compared and written.

use super::settings::{SETTINGS, find, is_section, no_such_setting};
use super::{RunConfig, Setting};
use crate::text::shortened;
use crate::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// Values by dotted key; some or all settings, each checked by its own limits.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Values(BTreeMap<&'static str, Value>);

impl Values {
    /// All settings of `config`, each within its limits.
    pub(super) fn of(config: &RunConfig) -> Result<Self> {
        let table = Table::try_from(config).map_err(|_| too_large_for_toml(config))?;
        Self::from_table(table, "")
    }

    /// The settings in `table`. Unknown keys, wrong types and values out of range are refused, named as
    /// `origin: key`.
    pub(super) fn from_table(table: Table, origin: &str) -> Result<Self> {
        let mut values = Self::default();
        for (name, value) in table {
            match value {
                Value::Table(section) if is_section(&name) => {
                    for (inner, value) in section {
                        values.insert(&format!("{name}.{inner}"), value, origin)?;
                    }
                }
                value => values.insert(&name, value, origin)?,
            }
        }
        Ok(values)
    }

    /// Checks `value` and puts it in the place of an earlier one.
    pub(super) fn insert(&mut self, key: &str, value: Value, origin: &str) -> Result<()> {
        let setting = setting(key, origin)?;
        self.0.insert(setting.key, setting.kind.check(&label(key, origin), value)?);
        Ok(())
    }

    /// Puts the values of `above` over these.
    pub(super) fn overlay(&mut self, above: Self) {
        self.0.extend(above.0);
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key)
    }

    /// Setting and value, in the order in which a configuration is written.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static Setting, &Value)> {
        SETTINGS.iter().filter_map(|setting| Some((setting, self.get(setting.key)?)))
    }

    /// These values without those of `keys`.
    pub(super) fn without(mut self, keys: &[&str]) -> Self {
        self.0.retain(|key, _| !keys.contains(key));
        self
    }

    /// The configuration that these values make; all settings must be there.
    pub(super) fn into_config(self) -> Result<RunConfig> {
        let mut table = Table::new();
        for (key, value) in self.0 {
            match key.split_once('.') {
                None => drop(table.insert(key.into(), value)),
                Some((section, name)) => {
                    if let Value::Table(section) = table.entry(section).or_insert_with(|| Table::new().into()) {
                        section.insert(name.into(), value);
                    }
                }
            }
        }
        RunConfig::deserialize(table).map_err(|error| Error::config("configuration", error.message()))
    }
}

/// The setting that `key` names; the error of one that does not exist names the nearest.
pub(super) fn setting(key: &str, origin: &str) -> Result<&'static Setting> {
    find(key).ok_or_else(|| {
        let problem = match is_section(key) {
            true => format!("is a section; name a setting in it, as in {}", first_of(key)),
            false => no_such_setting(key),
        };
        Error::config(label(key, origin), problem)
    })
}

fn first_of(section: &str) -> &'static str {
    SETTINGS.iter().find(|setting| setting.section_and_name().0 == section).map_or("", |setting| setting.key)
}

/// `key` under the file that it stands in.
fn label(key: &str, origin: &str) -> String {
    match origin {
        "" => shortened(key),
        _ => format!("{origin}: {}", shortened(key)),
    }
}

/// Names the setting that TOML's signed 64-bit numbers cannot hold.
fn too_large_for_toml(config: &RunConfig) -> Error {
    let json = serde_json::to_value(config).unwrap_or_default();
    let too_large = |value: &serde_json::Value| value.as_u64().is_some_and(|number| number > i64::MAX as u64);
    let at_fault = SETTINGS.iter().find(|setting| {
        let value = json.pointer(&format!("/{}", setting.key.replace('.', "/")));
        value.is_some_and(|value| too_large(value) || value.as_array().is_some_and(|list| list.iter().any(too_large)))
    });
    match at_fault {
        Some(setting) => Error::config(setting.key, format!("too large; expected {}", setting.kind)),
        None => Error::config("configuration", "cannot be written as TOML"),
    }
}
