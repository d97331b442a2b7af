//! What burn-mlp does without Burn: configuration, data, evaluation and the run directory.

pub mod artifact;
pub mod config;
pub mod data;
pub mod error;
pub mod evaluation;
pub mod format;

pub use burn_mlp_infer::text;
pub use error::{Error, Result};
