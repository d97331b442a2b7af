//! Ctrl-C and SIGTERM: the first asks the training to stop after its batch, the second ends the process.

use std::io::Write;

use burn_mlp::training::StopSignal;

/// 128 + SIGINT, as shells have it.
const INTERRUPTED: i32 = 130;

/// A write past the limit on a file's size (`ulimit -f`) is an error like any other, and not the end of the process.
pub fn survive_file_size_limit() {
    #[cfg(unix)]
    {
        use nix::sys::signal::{SigHandler, Signal, signal};
        // Where that is refused, the limit ends the process, and `--resume` goes on after the last saved epoch.
        // SAFETY: to ignore a signal runs no code of ours.
        let _ = unsafe { signal(Signal::SIGXFSZ, SigHandler::SigIgn) };
    }
}

/// For a command that leaves nothing behind: the first signal ends it.
pub fn exit_when_asked() {
    // Without a handler the signals end the process too, with another exit code.
    let _ = ctrlc::set_handler(|| std::process::exit(INTERRUPTED));
}

/// In a child: Ctrl-C reaches it too, and its parent decides what becomes of it.
pub fn leave_interrupt_to_parent() {
    #[cfg(unix)]
    {
        use nix::sys::signal::{SigHandler, Signal, signal};
        // SAFETY: to ignore a signal runs no code of ours.
        let _ = unsafe { signal(Signal::SIGINT, SigHandler::SigIgn) };
    }
}

/// Connects the signals to `stop`, which ends a training after its batch.
pub fn listen(stop: &StopSignal) {
    listen_saying(stop, "stopping after this batch");
}

/// Connects the signals to `stop`; the first is answered with `what` happens then.
pub fn listen_saying(stop: &StopSignal, what: &'static str) {
    let stop = stop.clone();
    let listening = ctrlc::set_handler(move || {
        if stop.is_requested() {
            std::process::exit(INTERRUPTED);
        }
        stop.request();
        let _ = writeln!(std::io::stderr(), "{what}; once more to exit at once");
    });
    // Without a handler the signals end the process at once, and `--resume` goes on after the last saved epoch.
    drop(listening);
}
