//! A backend's trial in a process of its own: whatever a driver does there, this program goes on.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use burn_mlp::compare::backends::{FinishedTrial, epochs_done, run_trial};
use burn_mlp::config::RunConfig;
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};

use crate::cli::failure::printable;
use crate::cli::format::seconds;
use crate::cli::signals;

const CONFIG: &str = "config.toml";
const LAST_WORDS: &str = "stderr.txt";

/// Time between two looks at the process.
const INTERVAL: Duration = Duration::from_millis(50);

/// Most characters of a dead process's last line that are shown.
const LONGEST_WORDS: usize = 200;

pub struct TrialOptions {
    /// The process is killed after this.
    pub timeout: Duration,
    /// Drivers' own messages reach the terminal.
    pub verbose: bool,
}

/// Runs the trial of `config` in a new process, and tells `watch` of the epochs done. The inner error is the reason why there
/// is no result.
pub fn conduct(
    config: &RunConfig,
    options: &TrialOptions,
    stop: &StopSignal,
    mut watch: impl FnMut(usize),
) -> Result<std::result::Result<FinishedTrial, String>> {
    let place = tempfile::Builder::new().prefix("burn-mlp-compare-").tempdir();
    let place = place.map_err(Error::io("create a directory in", std::env::temp_dir()))?;
    let path = place.path().join(CONFIG);
    fs::write(&path, config.to_toml()?).map_err(Error::io("write", &path))?;
    let mut child = match start(place.path(), options.verbose) {
        Ok(child) => child,
        Err(error) => return Ok(Err(format!("its process could not be started: {error}"))),
    };
    let ended = wait(&mut child, options.timeout, stop, || watch(epochs_done(place.path())));
    // Without effect on one that has ended.
    let _ = child.kill();
    let _ = child.wait();
    match ended? {
        None => {
            let limit = seconds(options.timeout.as_secs_f64());
            Ok(Err(format!("was not done after {limit} and was ended; --timeout gives it longer")))
        }
        Some(status) => {
            Ok(FinishedTrial::read(place.path())?.unwrap_or_else(|| Err(cause_of_death(status, place.path()))))
        }
    }
}

fn start(place: &Path, verbose: bool) -> std::io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["compare", "--trial"]).arg(place);
    if verbose {
        command.arg("-v");
    } else {
        command.stderr(File::create(place.join(LAST_WORDS))?);
    }
    // The end of its input tells the child that this process has ended.
    command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()
}

/// How the process ended; `None` if it did not in time.
fn wait(child: &mut Child, timeout: Duration, stop: &StopSignal, mut look: impl FnMut()) -> Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        if stop.is_requested() {
            return Err(Error::Interrupted("the comparison was not finished, and nothing of it is kept".to_string()));
        }
        let status = child.try_wait().map_err(|error| Error::Training(format!("a trial is lost: {error}")))?;
        if status.is_some() || start.elapsed() >= timeout {
            return Ok(status);
        }
        look();
        thread::sleep(INTERVAL);
    }
}

fn cause_of_death(status: ExitStatus, place: &Path) -> String {
    let how = match signal_name(status) {
        Some(signal) => format!("its process was ended by {signal}"),
        None => format!("its process ended without a result ({status})"),
    };
    let words = fs::read(place.join(LAST_WORDS)).unwrap_or_default();
    match last_line(&String::from_utf8_lossy(&words)) {
        Some(line) => format!("{how}; its last words: {line}"),
        None => how,
    }
}

fn last_line(text: &str) -> Option<String> {
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    Some(printable(&line.chars().take(LONGEST_WORDS).collect::<String>()))
}

#[cfg(unix)]
fn signal_name(status: ExitStatus) -> Option<String> {
    use std::os::unix::process::ExitStatusExt;
    let number = status.signal()?;
    let signal = nix::sys::signal::Signal::try_from(number);
    Some(signal.map_or_else(|_| format!("signal {number}"), |signal| signal.as_str().to_string()))
}

#[cfg(not(unix))]
fn signal_name(_: ExitStatus) -> Option<String> {
    None
}

/// The trial that [`conduct`] has set up in `place`, in this process.
pub fn run_here(place: &Path) -> Result<ExitCode> {
    signals::leave_interrupt_to_parent();
    thread::spawn(|| {
        // Nothing is ever written to it, so this ends with the parent.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(1);
    });
    let path = place.join(CONFIG);
    let config = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    run_trial(&RunConfig::from_toml(&config, "its text")?, place)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_words_are_the_last_line_with_text_as_a_terminal_can_show_it() {
        assert_eq!(last_line("warning\nMESA: error \u{1b}[2J\n\n").unwrap(), r"MESA: error \u{1b}[2J");
        assert_eq!(last_line("\n"), None);
        assert_eq!(last_line(&"x".repeat(1 << 20)).unwrap().len(), LONGEST_WORDS);
    }
}
