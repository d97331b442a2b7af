//! Configurations as TOML: files, `config.toml` and the embedded presets.

pub(super) mod presets;
pub(super) mod read;
pub(super) mod write;
