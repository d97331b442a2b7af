//! The thread that a training runs on.

use std::thread;

use crate::backend::{catch_failure, device_failed, one_generator_user};
use crate::error::{Error, Result};

/// Autodiff's graph of a deep network nests deeply.
const STACK_BYTES: usize = 64 << 20;

/// Runs `work` on a thread with a deep stack, and `meanwhile` on this one. Only one such thread
/// runs at a time, since Burn's random generators belong to the process.
///
/// # Errors
/// If `work` fails or the device's driver panics in it.
pub(super) fn on_training_thread<T: Send>(
    work: impl FnOnce() -> Result<T> + Send,
    meanwhile: impl FnOnce(),
) -> Result<T> {
    let _only = one_generator_user();
    let failed = |message: String| Err(Error::Training(device_failed(&message)));
    thread::scope(|scope| {
        let thread = thread::Builder::new().name("training".to_string()).stack_size(STACK_BYTES);
        let worker = thread.spawn_scoped(scope, || catch_failure(work).unwrap_or_else(failed));
        let worker = worker.map_err(|error| Error::Training(format!("its thread cannot be started: {error}")))?;
        meanwhile();
        worker.join().unwrap_or_else(|_| failed("the training thread ended without a result".to_string()))
    })
}
