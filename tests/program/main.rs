//! The program through its command line.

#[path = "../support/mod.rs"]
mod support;

mod commands;
mod damaged_runs;
mod data;
mod moved_data;
mod new_rows;
mod refusals;
mod resume;
mod seeds;
mod training;
