//! The real program, with things broken while it runs: whatever happens, a run is readable, nothing saved is lost, and
//! it goes on to the same bytes as one that nothing happened to.
//!
//! The kills of `kills.rs` are random. Their seed is printed and can be given again, and there can be more of them:
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
mod random;
mod run_files;

use std::io::Write;

/// Past the test runner, which keeps what a test prints for itself.
fn tell(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}
