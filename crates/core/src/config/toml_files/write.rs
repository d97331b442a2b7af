//! Writes a configuration as TOML text, plain or with comments.

use std::fmt::Write;

use crate::config::run_config::{RunConfig, SETTINGS};
use crate::config::settings::setting::Assignment;
use crate::config::values::monitor::Monitor;
use crate::{Error, Result};

impl RunConfig {
    /// Returns every setting as TOML; [`from_toml`](Self::from_toml) reads it back.
    ///
    /// # Errors
    /// [`Error::Config`] for a value outside its setting's limits; no resolved configuration has
    /// one.
    pub fn to_toml(&self) -> Result<String> {
        Ok(render(&self.assignments()?, false))
    }

    /// As [`to_toml`](Self::to_toml), with a comment above each setting: its meaning and allowed
    /// values.
    ///
    /// # Errors
    /// As [`to_toml`](Self::to_toml).
    pub fn to_commented_toml(&self) -> Result<String> {
        Ok(render(&self.assignments()?, true))
    }

    /// Returns the settings that differ from the defaults, each as `section.key = value`. What the monitor `auto` stands
    /// for is the default, too.
    ///
    /// # Errors
    /// As [`to_toml`](Self::to_toml).
    pub fn changed_settings(&self) -> Result<Vec<String>> {
        let mut defaults = Self::default();
        let monitor = self.early_stopping.monitor;
        if [true, false].map(|is_regression| self.training.watched(Monitor::Auto, is_regression)).contains(&monitor) {
            defaults.early_stopping.monitor = monitor;
        }
        let defaults = defaults.assignments()?;
        let pairs = self.assignments()?.into_iter().zip(defaults);
        let changed = pairs.filter(|(assignment, default)| assignment != default);
        Ok(changed.map(|(Assignment { setting, value }, _)| format!("{} = {value}", setting.key)).collect())
    }

    /// Returns every setting with its checked value.
    pub(crate) fn assignments(&self) -> Result<Vec<Assignment>> {
        let checked = SETTINGS.iter().map(|setting| match self.get(setting.key) {
            Some(value) => setting.check(value, setting.key),
            None => Err(Error::config(setting.key, format!("too large; expected {}", setting.value_type))),
        });
        checked.collect()
    }

    /// Checks each setting of a configuration that code has made or changed.
    pub(crate) fn check_limits(&self) -> Result<()> {
        self.assignments().map(drop)
    }
}

pub(crate) fn render(assignments: &[Assignment], comments: bool) -> String {
    let mut text = String::new();
    let mut current = "";
    for Assignment { setting, value } in assignments {
        let (section, name) = setting.section_and_name();
        if section != current {
            let _ = writeln!(text, "\n[{section}]");
            current = section;
        }
        if comments {
            let _ = writeln!(text, "# {} ({})", setting.meaning, setting.value_type);
        }
        let _ = writeln!(text, "{name} = {value}");
    }
    text
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
