//! Reads settings from TOML text, files and presets. Errors are one line.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use burn_mlp_infer::suggest::nearest;
use toml::{Table, Value};

use super::presets::{find_preset, preset_names};
use crate::config::settings::keys::{find_in, is_section, label};
use crate::config::settings::setting::Assignment;
use crate::text::shortened;
use crate::{Error, Result};

/// Maximum size of a configuration file, in bytes; a complete one with comments has about 4,000.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Reads the settings in TOML text; errors name `origin`.
pub(crate) fn read_text(text: &str, origin: &str) -> Result<Vec<Assignment>> {
    let table = text.parse::<Table>().map_err(|error| {
        let (line, column) = line_and_column(text, error.span().map_or(0, |span| span.start));
        let message = error.message().trim().replace('\n', ", ");
        Error::config(origin, format!("line {line}, column {column}: {message}"))
    })?;
    let mut assignments = Vec::new();
    for (name, value) in table {
        match value {
            Value::Table(section) if is_section(&name) => {
                for (inner, value) in section {
                    assignments.push(assignment(&format!("{name}.{inner}"), value, origin)?);
                }
            }
            value => assignments.push(assignment(&name, value, origin)?),
        }
    }
    Ok(assignments)
}

fn assignment(key: &str, value: Value, origin: &str) -> Result<Assignment> {
    find_in(key, origin)?.check(value, &label(key, origin))
}

/// Reads the settings in a TOML file.
pub(crate) fn read_file(path: &Path) -> Result<Vec<Assignment>> {
    if path.as_os_str().is_empty() {
        let problem = format!("has no name; give a TOML file or one of the presets {}", preset_names().join(", "));
        return Err(Error::config("the configuration file", problem));
    }
    let origin = path.display().to_string();
    let too_large =
        || Error::config(&origin, format!("is larger than {MAX_FILE_BYTES} bytes, too large for a configuration file"));
    let file = File::open(path).map_err(|error| not_readable(path, &error.to_string()))?;
    let metadata = file.metadata().map_err(|error| not_readable(path, &error.to_string()))?;
    if metadata.is_dir() {
        return Err(not_readable(path, "it is a directory"));
    }
    if metadata.len() > MAX_FILE_BYTES {
        return Err(too_large());
    }
    // The size of a pipe or device is reported as 0.
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(|error| not_readable(path, &error.to_string()))?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(too_large());
    }
    let text =
        String::from_utf8(bytes).map_err(|_| Error::config(&origin, "is not UTF-8 text, so it is not a TOML file"))?;
    read_text(&text, &origin)
}

/// Reads the settings of a preset.
pub(crate) fn read_preset(name: &str) -> Result<Vec<Assignment>> {
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

/// Returns line and column, from 1, of a byte position. Columns count characters.
fn line_and_column(text: &str, position: usize) -> (usize, usize) {
    let before = text.get(..position).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
