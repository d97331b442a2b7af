//! The parts of burn-mlp that need no Burn: configuration, data, evaluation and the run directory.

pub mod config;
pub mod data;
pub mod error;
pub mod evaluation;
pub mod format;
pub mod run_directory;

pub use burn_mlp_infer::text;
pub use error::{Error, Result};
