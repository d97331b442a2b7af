//! Layers of settings, each over the one before: defaults, a preset or file, `--set`, flags.

use super::RunConfig;
use super::presets::find_preset;
use super::read::{read_file, read_preset, read_text};
use super::values::{Values, setting};
use crate::text::shortened;
use crate::{Error, Result};
use std::path::{Path, PathBuf};
use toml::Value;

/// Collects layers and resolves them to a validated [`RunConfig`].
///
/// The order is fixed, whatever the order of the calls: the base, then presets, files and texts, then `--set`, then
/// overrides; within one of these a later value wins. Nothing is read or checked before [`resolve`](Self::resolve).
///
/// # Example
/// ```
/// use burn_mlp::config::Layers;
///
/// let config = Layers::new().preset("mnist").set("optimizer.name=adam").override_text("training.epochs", "5").resolve()?;
/// assert_eq!(config.training.epochs, 5);
/// # burn_mlp::Result::Ok(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Layers {
    base: RunConfig,
    documents: Vec<Document>,
    assignments: Vec<String>,
    overrides: Vec<(String, Override)>,
}

#[derive(Debug, Clone)]
enum Document {
    Preset(String),
    File(PathBuf),
    Text { text: String, origin: String },
}

#[derive(Debug, Clone)]
enum Override {
    Value(Value),
    Text(String),
}

impl Layers {
    /// The defaults alone.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts from `config` in place of the defaults, as `--resume` does from the earlier run's.
    pub fn from_config(config: RunConfig) -> Self {
        Self { base: config, ..Self::default() }
    }

    /// Adds an embedded preset.
    pub fn preset(mut self, name: &str) -> Self {
        self.documents.push(Document::Preset(name.into()));
        self
    }

    /// Adds a TOML file.
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.documents.push(Document::File(path.into()));
        self
    }

    /// Adds the preset of this name, or else the file at this path; a file called like a preset is `./mnist`.
    pub fn file_or_preset(self, name_or_path: impl AsRef<Path>) -> Self {
        let name_or_path = name_or_path.as_ref();
        match name_or_path.to_str().and_then(find_preset) {
            Some(preset) => self.preset(preset.name),
            None => self.file(name_or_path),
        }
    }

    /// Adds TOML text; `origin` names it in errors.
    pub fn text(mut self, text: &str, origin: &str) -> Self {
        self.documents.push(Document::Text { text: text.into(), origin: origin.into() });
        self
    }

    /// Adds a `--set`: `section.key=value`. The value is TOML; names, texts and lists need no quotes or brackets.
    pub fn set(mut self, assignment: &str) -> Self {
        self.assignments.push(assignment.into());
        self
    }

    /// Adds a flag's value.
    pub fn override_value(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.overrides.push((key.into(), Override::Value(value.into())));
        self
    }

    /// Adds a flag's value as the person typed it, read as `--set` reads it: `("model.hidden", "128,64")`.
    pub fn override_text(mut self, key: &str, text: &str) -> Self {
        self.overrides.push((key.into(), Override::Text(text.into())));
        self
    }

    /// Reads, merges and validates all layers.
    ///
    /// Where a layer sets `split.valid = 0`, the defaults that watch the validation part give way: a
    /// `schedule.monitor` that no layer sets becomes its `train-` figure, and early stopping is off unless a layer sets
    /// it. What a layer does set is kept, and [`RunConfig::validate`] refuses the contradiction.
    ///
    /// # Errors
    /// [`Error::Config`] for an unreadable file or text, an unknown key, a wrong type, or a value out of range.
    pub fn resolve(&self) -> Result<RunConfig> {
        let named = self.named_values()?;
        let mut values = Values::of(&self.base)?;
        values.overlay(named.clone());
        let mut config = values.into_config()?;
        if config.split.valid == 0.0 && self.base.split.valid > 0.0 {
            watch_no_validation_part(&mut config, &named);
        }
        config.validate()?;
        Ok(config)
    }

    /// What the layers above the base set.
    fn named_values(&self) -> Result<Values> {
        let mut named = Values::default();
        for document in &self.documents {
            named.overlay(match document {
                Document::Preset(name) => read_preset(name)?,
                Document::File(path) => read_file(path)?,
                Document::Text { text, origin } => read_text(text, origin)?,
            });
        }
        for assignment in &self.assignments {
            let (key, text) = split_assignment(assignment)?;
            named.insert(key, setting(key, "")?.kind.read(text), "")?;
        }
        for (key, value) in &self.overrides {
            let value = match value {
                Override::Value(value) => value.clone(),
                Override::Text(text) => setting(key, "")?.kind.read(text),
            };
            named.insert(key, value, "")?;
        }
        Ok(named)
    }
}

fn split_assignment(assignment: &str) -> Result<(&str, &str)> {
    match assignment.split_once('=') {
        Some((key, text)) if !key.trim().is_empty() => Ok((key.trim(), text)),
        _ => Err(Error::config(
            format!("--set {}", shortened(assignment)),
            "expected SECTION.KEY=VALUE, as in optimizer.learning_rate=0.1",
        )),
    }
}

fn watch_no_validation_part(config: &mut RunConfig, named: &Values) {
    if named.get("schedule.monitor").is_none() {
        config.schedule.monitor = config.schedule.monitor.on_train();
    }
    let stopping = &mut config.early_stopping;
    if named.get("early_stopping.enabled").is_none() && stopping.monitor.needs_valid() {
        stopping.enabled = false;
    }
}
