//! Run against run, backend against backend.

#[cfg(feature = "engine")]
pub mod backends;
