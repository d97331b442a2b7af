//! Faults while the real program runs. Whatever happens, a run stays readable, nothing saved is
//! lost, and the resumed run has the same bytes as an undisturbed one.
//!
//! The kills of `kills.rs` are random. Their seed is printed and can be set, as can the number of
//! kills:
//!
//! ```sh
//! BURN_MLP_FAULT_ROUNDS=5000 BURN_MLP_FAULT_SEED=7 cargo test --test faults random_kills
//! ```
#![cfg(unix)]

#[path = "../support/mod.rs"]
mod support;

mod broken_run;
mod disk;
mod ends;
mod kills;
mod locks;
mod power;
mod random;
mod run_files;

use std::io::Write;

/// Prints a line past the test runner, which captures the output of tests.
fn report(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
