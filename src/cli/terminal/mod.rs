//! What the user sees: lines, live bars, tables, colours, JSON and errors.

pub mod colour;
pub mod config_summary;
pub mod console;
pub mod failure;
pub mod json;
pub mod load_bar;
pub mod output;
pub mod progress;
pub mod quiet_drivers;
pub mod tables;
pub mod verbosity;
