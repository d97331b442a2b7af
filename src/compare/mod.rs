//! Run against run, backend against backend.
pub mod backends;
pub mod runs;
