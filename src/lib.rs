//! burn-mlp trains, evaluates and inspects multilayer perceptrons on any Burn backend.
//!
//! The modules, high to low; each uses only those below it: `compare`; `pipeline`, `bench`, `gradcheck`; `training`,
//! `export`, `serve`; `inference`, `model`; `loading`, `fused`; `report`, `backend`. Below them lie the crates
//! `burn-mlp-core` (`config`, `data`, `evaluation`, `run_directory`), which is re-exported here, `burn-mlp-kernels` and
//! `burn-mlp-infer`.

pub mod backend;
pub mod bench;
pub mod compare;
pub mod export;
mod fused;
pub mod gradcheck;
pub mod inference;
pub mod loading;
pub mod model;
pub mod pipeline;
pub mod report;
pub mod serve;
pub mod training;

pub use burn_mlp_infer as infer;

pub use burn_mlp_core::{Error, Result, config, data, error, evaluation, format, run_directory, text};

/// Compiles and runs the README's examples.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
