//! Ctrl-C and SIGTERM: the first stops the training after its batch, the second ends the process at
//! once.

use std::io::Write;

use burn_mlp::training::StopSignal;

/// Exit code after an interrupt: 128 + SIGINT, as in shells.
const INTERRUPTED: i32 = 130;

/// Makes a write past the file size limit (`ulimit -f`) an ordinary error instead of the end of the
/// process.
pub fn ignore_file_size_limit() {
    #[cfg(unix)]
    {
        use nix::sys::signal::{SigHandler, Signal, signal};
        // If this fails, the limit ends the process, and `--resume` continues after the last saved
        // epoch.
        // SAFETY: ignoring a signal runs none of our code.
        #[expect(unsafe_code, reason = "the system call is declared unsafe for the sake of handlers")]
        let _ = unsafe { signal(Signal::SIGXFSZ, SigHandler::SigIgn) };
    }
}

/// Exits at the first signal: for a command that leaves nothing behind.
pub fn exit_on_interrupt() {
    // Without a handler the signals also end the process, with another exit code.
    let _ = ctrlc::set_handler(|| std::process::exit(INTERRUPTED));
}

/// Ignores Ctrl-C in a child process: the terminal sends it to both, and the parent decides.
pub fn leave_interrupt_to_parent() {
    #[cfg(unix)]
    {
        use nix::sys::signal::{SigHandler, Signal, signal};
        // SAFETY: ignoring a signal runs none of our code.
        #[expect(unsafe_code, reason = "the system call is declared unsafe for the sake of handlers")]
        let _ = unsafe { signal(Signal::SIGINT, SigHandler::SigIgn) };
    }
}

/// Requests `stop`, which ends a training run after its batch, at the first signal.
pub fn stop_on_interrupt(stop: &StopSignal) {
    stop_on_interrupt_saying(stop, "stopping after this batch");
}

/// Requests `stop` and prints `message` at the first signal.
pub fn stop_on_interrupt_saying(stop: &StopSignal, message: &'static str) {
    let stop = stop.clone();
    let installed = ctrlc::set_handler(move || {
        if stop.is_requested() {
            std::process::exit(INTERRUPTED);
        }
        stop.request();
        let _ = writeln!(std::io::stderr(), "{message}; press Ctrl-C again to exit at once");
    });
    // Without a handler the signals end the process at once, and `--resume` continues after the
    // last saved epoch.
    drop(installed);
}
