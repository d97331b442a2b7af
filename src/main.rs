//! Start-up and exit code.

mod cli;

use std::process::ExitCode;

/// Training allocates a tensor for every operation; the system's allocator costs it two thirds of its speed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // SAFETY: no thread has been started yet.
    unsafe { burn_mlp::backend::set_default_device() };
    cli::run()
}
