//! Merges layers of settings, each over the previous one: defaults, preset or file, `--set`, flags.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::run_config::RunConfig;
use super::settings::setting::{Assignment, Setting};
use super::toml_files::presets::find_preset;
use super::toml_files::read::{read_file, read_preset, read_text};
use super::values::monitor::Monitor;
use crate::text::shortened;
use crate::{Error, Result};

/// Collects layers and resolves them to a valid [`RunConfig`].
///
/// The order is fixed, whatever the order of the calls: the base, then presets, files and texts,
/// then `--set`, then overrides. Within a layer the last value wins. Files and texts are read by
/// [`resolve`](Self::resolve).
///
/// # Example
/// ```
/// use burn_mlp_core::config::Layers;
///
/// let config = Layers::new().preset("mnist").set("optimizer.name=adam").override_text("training.epochs", "5").resolve()?;
/// assert_eq!(config.training.epochs, 5);
/// # burn_mlp_core::Result::Ok(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Layers {
    base: Option<RunConfig>,
    documents: Vec<Document>,
    set: Vec<String>,
    overrides: Vec<Override>,
}

#[derive(Debug, Clone)]
enum Document {
    Preset(String),
    File(PathBuf),
    Text { text: String, origin: String },
}

#[derive(Debug, Clone)]
enum Override {
    Checked(Assignment),
    Text { key: String, text: String },
}

impl RunConfig {
    /// Reads and validates TOML text such as a run's `config.toml`. Missing settings keep their
    /// defaults. Errors name the text as `origin`, for example its file.
    ///
    /// # Errors
    /// As [`Layers::resolve`].
    pub fn from_toml(text: &str, origin: &str) -> Result<Self> {
        Layers::new().text(text, origin).resolve()
    }
}

impl Layers {
    /// Starts from the defaults.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts from `config` instead of the defaults, as `--resume` does from the earlier run's.
    pub fn from_config(config: RunConfig) -> Self {
        Self { base: Some(config), ..Self::default() }
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

    /// Adds the preset with this name, else the file with this path.
    pub fn file_or_preset(self, name_or_path: impl AsRef<Path>) -> Self {
        let name_or_path = name_or_path.as_ref();
        match name_or_path.to_str().and_then(find_preset) {
            Some(preset) => self.preset(preset.name),
            None => self.file(name_or_path),
        }
    }

    /// Adds TOML text; errors name it as `origin`.
    pub fn text(mut self, text: &str, origin: &str) -> Self {
        self.documents.push(Document::Text { text: text.into(), origin: origin.into() });
        self
    }

    /// Adds a `--set`: `section.key=value`. The value is TOML; strings and lists need no quotes or
    /// brackets.
    pub fn set(mut self, assignment: &str) -> Self {
        self.set.push(assignment.into());
        self
    }

    /// Adds an override whose value is read as `--set` reads it: `("model.hidden", "128,64")`.
    pub fn override_text(mut self, key: &str, text: &str) -> Self {
        self.overrides.push(Override::Text { key: key.into(), text: text.into() });
        self
    }

    /// Adds an override that is already checked, such as a flag.
    pub fn assign(mut self, assignment: Assignment) -> Self {
        self.overrides.push(Override::Checked(assignment));
        self
    }

    /// Starts from `config` instead, as from defaults: what it has counts as not set by a layer.
    pub(crate) fn over(self, config: RunConfig) -> Self {
        Self { base: Some(config), ..self }
    }

    /// Whether neither a configuration, a preset, a file nor a text is among the layers.
    pub(crate) fn has_only_overrides(&self) -> bool {
        self.base.is_none() && self.documents.is_empty()
    }

    /// Reads and merges all layers and validates the result.
    ///
    /// If a layer sets `split.valid = 0`, the defaults that watch the validation split give way: a
    /// `schedule.monitor` that no layer sets becomes its `train-` metric, and early stopping is off
    /// unless a layer sets it. A contradiction that layers do set is refused.
    ///
    /// # Errors
    /// [`Error::Config`] for an unreadable file or text, an unknown key, a wrong type, a value out
    /// of range, or settings that contradict each other.
    pub fn resolve(&self) -> Result<RunConfig> {
        let mut config = self.base.clone().unwrap_or_default();
        if self.base.is_some() {
            config.check_limits()?;
        }
        let had_validation = config.split.valid > 0.0;
        let mut changed = BTreeSet::new();
        for assignment in self.assignments()? {
            changed.insert(assignment.key());
            config.assign(assignment)?;
        }
        if had_validation && config.split.valid == 0.0 {
            stop_watching_validation(&mut config, &changed);
        }
        config.check_rules()?;
        Ok(config)
    }

    /// Collects what the layers above the base set; later values win.
    fn assignments(&self) -> Result<Vec<Assignment>> {
        let mut assignments = Vec::new();
        for document in &self.documents {
            assignments.extend(match document {
                Document::Preset(name) => read_preset(name)?,
                Document::File(path) => read_file(path)?,
                Document::Text { text, origin } => read_text(text, origin)?,
            });
        }
        for text in &self.set {
            let (key, value) = split_assignment(text)?;
            assignments.push(Setting::find(key)?.parse(value)?);
        }
        for value in &self.overrides {
            assignments.push(match value {
                Override::Checked(assignment) => assignment.clone(),
                Override::Text { key, text } => Setting::find(key)?.parse(text)?,
            });
        }
        Ok(assignments)
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

fn stop_watching_validation(config: &mut RunConfig, changed: &BTreeSet<&str>) {
    if !changed.contains("schedule.monitor") {
        config.schedule.monitor = config.schedule.monitor.on_train();
    }
    let stopping = &mut config.early_stopping;
    if !changed.contains("early_stopping.enabled") && stopping.monitor.needs_valid() {
        stopping.enabled = false;
    }
    if !changed.contains("early_stopping.monitor") && stopping.monitor.needs_valid() {
        stopping.monitor = Monitor::Auto;
    }
}

#[cfg(test)]
#[path = "layers_tests.rs"]
mod tests;
