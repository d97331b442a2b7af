//! The configuration: what was asked for first, then all of it.

use toml::{Table, Value};

use super::text::clean_sentence;
use crate::Result;
use crate::config::{RunConfig, SETTINGS};

/// The section's lists.
#[derive(Debug)]
pub(super) struct Settings {
    /// Those that are not the defaults.
    pub changed: Vec<ShownSetting>,
    pub all: Vec<ShownSetting>,
}

/// One setting, in words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ShownSetting {
    pub key: &'static str,
    pub value: String,
    /// The default, where the value is another.
    pub default: Option<String>,
    pub meaning: &'static str,
}

impl Settings {
    pub fn new(config: &RunConfig) -> Result<Self> {
        let (values, defaults) = (table(config)?, table(&RunConfig::default())?);
        let shown = SETTINGS.iter().filter_map(|setting| {
            let (value, default) = (at(&values, setting.key)?, at(&defaults, setting.key)?);
            let is_changed = value != default;
            Some(ShownSetting {
                key: setting.key,
                value: clean_sentence(&value.to_string()),
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
    text.parse().map_err(|error: toml::de::Error| crate::Error::config("configuration", error.message()))
}

/// The value under a dotted key.
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
    fn what_differs_from_the_defaults_is_told_with_them() {
        let mut config = RunConfig::default();
        config.optimizer.learning_rate = 0.1;
        config.data.source = "idx:</td><b>".into();
        let settings = Settings::new(&config).unwrap();
        let told = |setting: &ShownSetting| (setting.key, setting.value.clone(), setting.default.clone().unwrap());
        assert_eq!(
            settings.changed.iter().map(told).collect::<Vec<_>>(),
            [
                ("data.source", "\"idx:</td><b>\"".to_string(), "\"digits\"".to_string()),
                ("optimizer.learning_rate", "0.1".to_string(), "0.01".to_string())
            ]
        );
        assert_eq!(settings.all.len(), SETTINGS.len());
    }
}
