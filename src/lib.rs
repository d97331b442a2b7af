//! burn-mlp trains, evaluates, inspects and ships multilayer perceptrons on any Burn backend.
//!
//! The rooms, high to low; each uses only those below it. Those above `evaluation` need Burn and so any backend feature.

#[cfg(feature = "engine")]
pub mod pipeline;
#[cfg(feature = "engine")]
pub mod training;
#[cfg(feature = "engine")]
pub mod inference;
pub mod evaluation;
#[cfg(feature = "engine")]
pub mod model;
pub mod data;
#[cfg(feature = "engine")]
pub mod backend;
pub mod artifact;
pub mod config;
pub mod error;

pub use error::{Error, Result};
