//! Run against run, backend against backend.

#[cfg(feature = "engine")]
pub mod backends;
#[cfg(feature = "report")]
pub mod runs;
