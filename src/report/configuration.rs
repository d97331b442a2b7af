//! The settings: first those that differ from the defaults, then all of them.

use toml::{Table, Value};

use crate::config::{RunConfig, SETTINGS};
use crate::error::{Error, Result};
use crate::format::without_directory;
use crate::text::printable;

/// The view of the section.
#[derive(Debug)]
pub(super) struct Configuration {
    /// Settings that differ from the defaults.
    pub changed: Vec<ShownSetting>,
    pub all: Vec<ShownSetting>,
}

/// A formatted setting.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ShownSetting {
    pub key: &'static str,
    pub value: String,
    /// The default, if the value differs from it.
    pub default: Option<String>,
    pub meaning: &'static str,
}

impl Configuration {
    pub fn new(config: &RunConfig) -> Result<Self> {
        let (values, defaults) = (table(config)?, table(&RunConfig::default())?);
        let shown = SETTINGS.iter().filter_map(|setting| {
            let (value, default) = (at(&values, setting.key)?, at(&defaults, setting.key)?);
            let is_changed = value != default;
            Some(ShownSetting {
                key: setting.key,
                value: printable(&without_directory(&value.to_string())),
                default: is_changed.then(|| default.to_string()),
                meaning: setting.meaning,
            })
        });
        let all: Vec<ShownSetting> = shown.collect();
        Ok(Self { changed: all.iter().filter(|setting| setting.default.is_some()).cloned().collect(), all })
    }
}

fn table(config: &RunConfig) -> Result<Table> {
    let text = config.to_toml()?;
    text.parse().map_err(|error: toml::de::Error| Error::config("configuration", error.message()))
}

/// Returns the value under a dotted key.
fn at<'a>(table: &'a Table, key: &str) -> Option<&'a Value> {
    match key.split_once('.') {
        None => table.get(key),
        Some((section, name)) => table.get(section)?.get(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_that_differ_from_the_defaults_are_listed_with_them() {
        let mut config = RunConfig::default();
        config.optimizer.learning_rate = 0.1;
        config.data.source = "idx:</td><b>".into();
        let settings = Configuration::new(&config).unwrap();
        let changed = |setting: &ShownSetting| (setting.key, setting.value.clone(), setting.default.clone().unwrap());
        assert_eq!(
            settings.changed.iter().map(changed).collect::<Vec<_>>(),
            [
                ("data.source", "\"idx:</td><b>\"".to_string(), "\"digits\"".to_string()),
                ("optimizer.learning_rate", "0.1".to_string(), "0.01".to_string())
            ]
        );
        assert_eq!(settings.all.len(), SETTINGS.len());
    }
}
