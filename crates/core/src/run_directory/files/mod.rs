//! Reads and writes the files of a run: names and limits, bounded reads, atomic writes, the lock.

pub(super) mod atomic;
pub(super) mod bounded_read;
pub(super) mod layout;
pub(super) mod lock;
pub(super) mod metrics_csv;
mod run_files;
