//! Standard output. A failed write doesn't stop the work; [`check`] reports it at the end.

use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard};

use burn_mlp::{Error, Result};

/// The first failed write to standard output or to a run's log.
static FAILURE: Mutex<Option<Error>> = Mutex::new(None);

/// Whether the reader of standard output has closed it.
static PIPE_CLOSED: AtomicBool = AtomicBool::new(false);

/// Prints a line.
pub fn print(text: &str) {
    record(writeln!(io::stdout(), "{text}"));
}

/// Whether anyone still reads standard output.
pub fn has_reader() -> bool {
    !PIPE_CLOSED.load(Ordering::Relaxed)
}

/// Keeps the first failure for [`check`].
pub fn record_failure(error: Error) {
    failure().get_or_insert(error);
}

/// Fails if a line was lost on its way to standard output or to a run's log.
pub fn check() -> Result<()> {
    record(io::stdout().flush());
    failure().take().map_or(Ok(()), Err)
}

fn record(written: io::Result<()>) {
    match written {
        // A closed pipe (`burn-mlp runs | head -1`) is not an error.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => PIPE_CLOSED.store(true, Ordering::Relaxed),
        Err(error) => record_failure(Error::data("standard output", format!("cannot be written to: {error}"))),
        Ok(()) => (),
    }
}

fn failure() -> MutexGuard<'static, Option<Error>> {
    FAILURE.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}
