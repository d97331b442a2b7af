//! A configuration as TOML text, plain and with comments.

use super::RunConfig;
use super::values::Values;
use crate::Result;
use std::fmt::Write;

impl RunConfig {
    /// Every setting as TOML; [`from_toml`](Self::from_toml) gives an equal configuration back.
    ///
    /// # Errors
    /// A value outside its setting's limits, which no resolved configuration has.
    pub fn to_toml(&self) -> Result<String> {
        Ok(render(&Values::of(self)?, false))
    }

    /// The settings that are not the defaults, each as `section.key = value`.
    ///
    /// # Errors
    /// As [`to_toml`](Self::to_toml).
    pub fn changed_settings(&self) -> Result<Vec<String>> {
        let defaults = Values::of(&Self::default())?;
        let values = Values::of(self)?;
        let changed = values.iter().filter(|(setting, value)| defaults.get(setting.key) != Some(value));
        Ok(changed.map(|(setting, value)| format!("{} = {value}", setting.key)).collect())
    }

    /// As [`to_toml`](Self::to_toml), with a comment above each setting: its meaning and what it may be.
    ///
    /// # Errors
    /// As [`to_toml`](Self::to_toml).
    pub fn to_commented_toml(&self) -> Result<String> {
        Ok(render(&Values::of(self)?, true))
    }
}

pub(super) fn render(values: &Values, comments: bool) -> String {
    let mut text = String::new();
    let mut current = "";
    for (setting, value) in values.iter() {
        let (section, name) = setting.section_and_name();
        if section != current {
            let _ = writeln!(text, "\n[{section}]");
            current = section;
        }
        if comments {
            let _ = writeln!(text, "# {} ({})", setting.meaning, setting.kind);
        }
        let _ = writeln!(text, "{name} = {value}");
    }
    text
}
