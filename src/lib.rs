//! burn-mlp trains, evaluates and inspects multilayer perceptrons on any Burn backend.
//!
//! The rooms, high to low; each uses only those below it. Networks, training and
//! the pipeline need Burn and so any backend feature; configuration, parsers, run files and evaluation do not.

pub mod artifact;
#[cfg(feature = "engine")]
pub mod backend;
#[cfg(feature = "engine")]
pub mod bench;
pub mod compare;
pub mod config;
pub mod data;
pub mod error;
pub mod evaluation;
#[cfg(feature = "export")]
pub mod export;
pub mod format;
#[cfg(feature = "engine")]
pub mod gradcheck;
pub mod inference;
#[cfg(feature = "engine")]
mod kernels;
pub mod model;
#[cfg(feature = "engine")]
pub mod pipeline;
#[cfg(feature = "report")]
pub mod report;
#[cfg(feature = "serve")]
pub mod serve;
pub mod text;
#[cfg(feature = "engine")]
pub mod training;

pub use error::{Error, Result};

/// Compiles and runs the README's examples.
#[cfg(all(doctest, feature = "cli"))]
#[doc = include_str!("../README.md")]
struct Readme;
