//! A setting as data: its key, limits, meaning and flag; and a setting with a checked value.

use toml::Value;

use super::value_type::ValueType;
use crate::Result;

/// One setting of a [`RunConfig`](crate::config::RunConfig).
#[derive(Debug)]
pub struct Setting {
    /// Dotted key, such as `optimizer.learning_rate`.
    pub key: &'static str,
    /// Type and allowed values.
    pub value_type: ValueType,
    /// What the setting does, in one line.
    pub meaning: &'static str,
    /// The command-line option that sets it, if it has one besides `--set`.
    pub flag: Option<Flag>,
}

/// The command-line option of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag {
    /// Long name, without `--`.
    pub name: &'static str,
    /// Placeholder of its value; `None` for a switch.
    pub value_name: Option<&'static str>,
    /// The value of a switch, or of an option whose value is left out.
    pub implied: Option<&'static str>,
    /// Help text, where it differs from the setting's meaning.
    pub help: Option<&'static str>,
}

/// Declares an option that takes a value: `--lr <RATE>`.
pub(crate) const fn flag(name: &'static str, value_name: &'static str) -> Flag {
    Flag { name, value_name: Some(value_name), implied: None, help: None }
}

/// Declares an option without a value, which sets `implied`.
pub(crate) const fn switch(name: &'static str, implied: &'static str) -> Flag {
    Flag { name, value_name: None, implied: Some(implied), help: None }
}

impl Flag {
    /// Makes the value optional.
    pub(crate) const fn implied(self, value: &'static str) -> Self {
        Self { implied: Some(value), ..self }
    }

    pub(crate) const fn help(self, help: &'static str) -> Self {
        Self { help: Some(help), ..self }
    }
}

/// A setting and a value that is within its limits.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    pub(crate) setting: &'static Setting,
    pub(crate) value: Value,
}

impl Assignment {
    /// The setting that is assigned.
    pub fn setting(&self) -> &'static Setting {
        self.setting
    }

    /// Dotted key of the setting.
    pub fn key(&self) -> &'static str {
        self.setting.key
    }

    /// Returns the value as `--set KEY=TEXT` takes it: as TOML where the plain text would be read as something else.
    pub(crate) fn text(&self) -> String {
        let entry = |value: &Value| match value {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        let plain = match &self.value {
            Value::Array(entries) => entries.iter().map(entry).collect::<Vec<_>>().join(","),
            value => entry(value),
        };
        if self.setting.value_type.read(&plain) == self.value { plain } else { self.value.to_string() }
    }
}

impl PartialEq for Setting {
    /// Keys are unique.
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Setting {
    /// Splits the key into section and name; the section of a top-level setting is `""`.
    pub fn section_and_name(&self) -> (&'static str, &'static str) {
        self.key.split_once('.').unwrap_or(("", self.key))
    }

    /// Parses the text of `--set KEY=TEXT` or of the setting's flag. Names and lists need no quotes
    /// or brackets.
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) for a wrong type or a value out of range.
    pub fn parse(&'static self, text: &str) -> Result<Assignment> {
        self.check(self.value_type.read(text), self.key)
    }

    /// Checks a value; errors name it as `label`.
    pub(crate) fn check(&'static self, value: Value, label: &str) -> Result<Assignment> {
        Ok(Assignment { setting: self, value: self.value_type.check(label, value)? })
    }
}
