//! Directories of image files through the real program.

#[path = "../support/mod.rs"]
mod support;

mod bad_files;
mod data_command;
mod named_sources;
mod pictures;
mod runs;
