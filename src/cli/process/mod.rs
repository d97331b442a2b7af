//! Signals, and work in child processes.

pub mod child_process;
pub mod signals;
pub mod trial_process;
