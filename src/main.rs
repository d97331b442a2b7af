//! Starts the program and returns its exit code.

mod cli;

use std::process::ExitCode;

/// Training allocates a tensor for every operation; the system's allocator makes it three times
/// slower.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // SAFETY: no thread has been started yet.
    #[expect(unsafe_code, reason = "the environment can only be changed while there is one thread")]
    unsafe {
        burn_mlp::backend::set_default_device();
    };
    cli::run()
}
