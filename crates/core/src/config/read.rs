//! TOML text and files to settings, with errors on one line.

use super::presets::{find_preset, preset_names};
use super::values::Values;
use super::{Layers, RunConfig};
use crate::text::shortened;
use crate::{Error, Result};
use burn_mlp_infer::suggest::nearest;
use std::{fs::File, io::Read, path::Path};
use toml::Table;

/// Most bytes of a configuration file; a complete one with comments has about 4,000.
const LARGEST_FILE: u64 = 1 << 20;

impl RunConfig {
    /// Reads and validates TOML text such as a run's `config.toml`. A setting that it leaves out keeps its default,
    /// so that runs from before the setting existed stay readable. `origin` names the text in errors: its file, say.
    pub fn from_toml(text: &str, origin: &str) -> Result<Self> {
        Layers::new().text(text, origin).resolve()
    }
}

/// The settings in TOML text.
pub(super) fn read_text(text: &str, origin: &str) -> Result<Values> {
    let table = text.parse::<Table>().map_err(|error| {
        let (line, column) = line_and_column(text, error.span().map_or(0, |span| span.start));
        let message = error.message().trim().replace('\n', ", ");
        Error::config(origin, format!("line {line}, column {column}: {message}"))
    })?;
    Values::from_table(table, origin)
}

/// The settings in a TOML file.
pub(super) fn read_file(path: &Path) -> Result<Values> {
    if path.as_os_str().is_empty() {
        let problem = format!("has no name; give a TOML file or one of the presets {}", preset_names().join(", "));
        return Err(Error::config("the configuration file", problem));
    }
    let origin = path.display().to_string();
    let too_large =
        || Error::config(&origin, format!("is larger than {LARGEST_FILE} bytes, so not a configuration file"));
    let file = File::open(path).map_err(|error| not_readable(path, &error.to_string()))?;
    let metadata = file.metadata().map_err(|error| not_readable(path, &error.to_string()))?;
    if metadata.is_dir() {
        return Err(not_readable(path, "it is a directory"));
    }
    if metadata.len() > LARGEST_FILE {
        return Err(too_large());
    }
    // A pipe or a device says that it has 0 bytes.
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| not_readable(path, &error.to_string()))?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(too_large());
    }
    let text = String::from_utf8(bytes).map_err(|_| Error::config(&origin, "is not UTF-8 text, so not a TOML file"))?;
    read_text(&text, &origin)
}

/// The settings of the preset with this name.
pub(super) fn read_preset(name: &str) -> Result<Values> {
    let preset = find_preset(name).ok_or_else(|| {
        let problem = format!("there is no such preset; the presets are {}", preset_names().join(", "));
        Error::config(shortened(name), problem)
    })?;
    read_text(preset.toml, &format!("configs/{}.toml", preset.name))
}

fn not_readable(path: &Path, reason: &str) -> Error {
    let name = path.display().to_string();
    let names = preset_names();
    let mut problem = format!("cannot read this configuration file ({reason}); the presets are {}", names.join(", "));
    if let Some(near) = nearest(&name, names) {
        problem.push_str(&format!("; did you mean {near}?"));
    }
    Error::config(name, problem)
}

/// Line and column, from 1, of a byte position; columns count characters.
fn line_and_column(text: &str, position: usize) -> (usize, usize) {
    let before = text.get(..position).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
