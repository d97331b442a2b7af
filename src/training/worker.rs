//! The thread that a training runs on.

use std::thread;

use burn_mlp_kernels::join;

use crate::backend::{catch_failure, device_failed, one_generator_user};
use crate::error::{Error, Result};

/// Autodiff's graph of a deep network nests deeply.
const STACK_BYTES: usize = 64 << 20;

/// Runs `work` on a thread with a deep stack, and `meanwhile` on this one. Work that `shares_generator`, Burn's random one,
/// waits until no other does. A caller that works alone, without other threads, has its training do so too.
///
/// # Errors
/// If `work` fails or the device's driver panics in it.
pub(super) fn on_training_thread<T: Send>(
    shares_generator: bool,
    work: impl FnOnce() -> Result<T> + Send,
    meanwhile: impl FnOnce(),
) -> Result<T> {
    let _only = shares_generator.then(one_generator_user);
    let works_alone = join::threads() == 1;
    let failed = |message: String| Err(Error::Training(device_failed(&message)));
    let work = move || {
        if works_alone {
            join::work_alone();
        }
        catch_failure(work).unwrap_or_else(failed)
    };
    thread::scope(|scope| {
        let thread = thread::Builder::new().name("training".to_string()).stack_size(STACK_BYTES);
        let worker = thread.spawn_scoped(scope, work);
        let worker = worker.map_err(|error| Error::Training(format!("its thread cannot be started: {error}")))?;
        meanwhile();
        worker.join().unwrap_or_else(|_| failed("the training thread ended without a result".to_string()))
    })
}
