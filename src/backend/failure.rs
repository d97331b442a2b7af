//! What a driver's failure looks like to the rest of the program.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work` on a device. Burn's backends panic when a driver fails in mid-run: the panic's message, if it does.
pub(crate) fn catch_failure<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| message_of(panic.as_ref()).to_string())
}

fn message_of(panic: &(dyn Any + Send)) -> &str {
    let message = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    message.unwrap_or("no reason given")
}

/// As the end of a sentence about what was lost with it.
pub(crate) fn device_failed(message: &str) -> String {
    format!("the device or its driver failed: {message}")
}
