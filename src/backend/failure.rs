//! Device failures as errors and messages.

use std::any::Any;
use std::fmt::Debug;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Backend;
use crate::error::Error;

/// Runs `work`, which uses a device. Burn's backends panic when a driver fails during a run; the
/// panic's message is then the error.
pub(crate) fn catch_failure<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| message_of(panic.as_ref()).to_string())
}

fn message_of(panic: &(dyn Any + Send)) -> &str {
    let message = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    message.unwrap_or("no reason given")
}

/// Formats the message of a panic that [`catch_failure`] caught.
pub(crate) fn device_failed(message: &str) -> String {
    format!("the device or its driver failed: {message}")
}

/// Turns an error that a device returned into the end of a training run.
pub(crate) fn device_error(error: impl Debug) -> Error {
    Error::Training(format!("the device failed: {}", reasons(error)))
}

/// Formats a device's error, which spans many lines, as one line, the root cause last.
pub(crate) fn reasons(error: impl Debug) -> String {
    let text = format!("{error:?}");
    let noise = ["Caused by:", "Asked at:", "No backtrace available", ""];
    let reasons: Vec<&str> = text.lines().map(str::trim).filter(|line| !noise.contains(line)).collect();
    reasons.join(": ")
}

/// The error for a device that is not among the `found` ones of a backend.
pub(super) fn no_device(backend: Backend, found: usize) -> Error {
    let problem = match found {
        0 => "no device was found on this machine; `--backend flex` runs on the CPU".to_string(),
        1 => "there is only device 0".to_string(),
        _ => format!("there are only devices 0 to {}", found - 1),
    };
    Error::Backend { backend: backend.name().to_string(), problem }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_devices_error_becomes_one_line() {
        struct Lines;
        impl Debug for Lines {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("it failed\nCaused by:\n  no memory\nNo backtrace available\nAsked at:\n")
            }
        }
        assert_eq!(reasons(Lines), "it failed: no memory");
    }
}
