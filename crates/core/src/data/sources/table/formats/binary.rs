//! Reads files that are not texts, by decoders of other crates.

use std::io::Read;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Error, Result};

/// Maximum size of a file that is not a text, in bytes.
const MAX_BYTES: u64 = 16 << 30;

/// Runs `work`. A panic, which damaged bytes may cause in a decoder, is an error like every other.
pub fn guarded<T>(work: impl FnOnce() -> std::result::Result<T, String>) -> std::result::Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("its bytes are damaged".to_string()))
}

/// Reads a whole file; errors call it `name`.
///
/// # Errors
/// If it cannot be read or is too large.
pub fn read_bytes(reader: impl Read, name: &str) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(Error::io("read", name))?;
    match bytes.len() as u64 > MAX_BYTES {
        true => Err(Error::data(name, format!("is larger than {MAX_BYTES} bytes; split it"))),
        false => Ok(bytes),
    }
}
