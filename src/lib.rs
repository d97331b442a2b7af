//! burn-mlp trains, evaluates, inspects and ships multilayer perceptrons on any Burn backend.

pub mod artifact;
pub mod config;
pub mod data;
pub mod error;
pub mod evaluation;

pub use error::{Error, Result};
