//! Starts the program and returns its exit code.

mod cli;

use std::process::ExitCode;

/// Training allocates a tensor for every operation; the system's allocator makes it three times
/// slower.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[expect(unsafe_code, reason = "a function of the allocator above")]
unsafe extern "C" {
    /// Gives freed memory back to the system, if `force`d all of it.
    safe fn mi_collect(force: bool);
}

fn main() -> ExitCode {
    burn_mlp_infer::memory::set_give_back(|| mi_collect(true));
    // SAFETY: no thread has been started yet.
    #[expect(unsafe_code, reason = "the environment can only be changed while there is one thread")]
    unsafe {
        burn_mlp::backend::set_default_device();
    };
    cli::run()
}
