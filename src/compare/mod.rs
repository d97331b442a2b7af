//! Run against run.

pub mod runs;
