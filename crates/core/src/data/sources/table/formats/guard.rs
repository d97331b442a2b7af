//! Runs decoders of other crates.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work`. A panic, which damaged bytes may cause in a decoder, is an error like every other.
pub fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("its bytes are damaged".to_string()))
}
