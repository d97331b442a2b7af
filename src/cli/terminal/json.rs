//! JSON for standard output. Characters that a terminal would act on are written as escapes, which
//! mean the same in JSON.

use burn_mlp::text::disturbs_terminal;
use burn_mlp::{Error, Result};
use serde::Serialize;

/// Formats `value` as indented JSON.
pub fn json(value: &impl Serialize) -> Result<String> {
    escaped(&serde_json::to_string_pretty(value))
}

/// Formats `value` as JSON on one line.
pub fn json_line(value: &impl Serialize) -> Result<String> {
    escaped(&serde_json::to_string(value))
}

fn escaped(text: &serde_json::Result<String>) -> Result<String> {
    let text = text.as_ref().map_err(|error| Error::data("the output", error.to_string()))?;
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character != '\n' && disturbs_terminal(character) {
            true => escaped.push_str(&format!("\\u{:04x}", u32::from(character))),
            false => escaped.push(character),
        }
    }
    Ok(escaped)
}
