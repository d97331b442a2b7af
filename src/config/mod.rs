//! The run configuration: every setting that decides what a run computes. Knows no Burn type.

mod sections;

pub use sections::*;
