//! Runs work in a child process, so that a crashing driver does not end this program.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use burn_mlp::config::RunConfig;
use burn_mlp::format::seconds;
use burn_mlp::text::printable;
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};
use tempfile::TempDir;

use super::signals;

/// The file in a work directory that holds the configuration.
pub const CONFIG: &str = "config.toml";
const STDERR: &str = "stderr.txt";

/// Time between two polls of the process.
const POLL_INTERVAL: Duration = Duration::from_millis(50);

/// Maximum number of characters shown of the last line that a process printed.
const MAX_LINE: usize = 200;

/// How to run the process.
pub struct ChildOptions {
    /// The work it is part of, for messages: "the comparison".
    pub part_of: &'static str,
    /// The process is killed after this time.
    pub timeout: Duration,
    /// Whether messages of graphics drivers reach the terminal.
    pub verbose: bool,
}

/// Creates a temporary directory for a process and writes its configuration there.
pub fn work_directory(config: &RunConfig) -> Result<TempDir> {
    let directory = tempfile::Builder::new().prefix("burn-mlp-").tempdir();
    let directory = directory.map_err(Error::io("create a directory in", std::env::temp_dir()))?;
    let path = directory.path().join(CONFIG);
    fs::write(&path, config.to_toml()?).map_err(Error::io("write", &path))?;
    Ok(directory)
}

/// Runs `command`, created by [`program`], and calls `poll` until it ends. Returns the result that
/// `read` finds then; the inner error is the reason why there is none.
pub fn run_to_end<T>(
    command: Command,
    directory: &Path,
    options: &ChildOptions,
    stop: &StopSignal,
    poll: impl FnMut(),
    read: impl FnOnce() -> Result<Option<std::result::Result<T, String>>>,
) -> Result<std::result::Result<T, String>> {
    let mut child = match start(command, directory, options.verbose) {
        Ok(child) => child,
        Err(error) => return Ok(Err(format!("its process could not be started: {error}"))),
    };
    let ended = wait(&mut child, options, stop, poll);
    // No effect if it has ended.
    let _ = child.kill();
    let _ = child.wait();
    match ended? {
        None => {
            let limit = seconds(options.timeout.as_secs_f64());
            Ok(Err(format!("was not finished after {limit} and was stopped; raise --timeout")))
        }
        Some(status) => Ok(read()?.unwrap_or_else(|| Err(cause_of_death(status, directory)))),
    }
}

/// A command that runs this program again.
pub fn program() -> Result<Command> {
    let path = std::env::current_exe();
    path.map(Command::new).map_err(|error| Error::Training(format!("this program cannot be found: {error}")))
}

fn start(mut command: Command, directory: &Path, verbose: bool) -> std::io::Result<Child> {
    if verbose {
        command.arg("-v");
    } else {
        command.stderr(File::create(directory.join(STDERR))?);
    }
    // The child notices the end of its input when this process ends.
    command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()
}

/// Returns how the process ended, or `None` if it ran out of time.
fn wait(
    child: &mut Child,
    options: &ChildOptions,
    stop: &StopSignal,
    mut poll: impl FnMut(),
) -> Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        if stop.is_requested() {
            let problem = format!("{} was not finished; nothing of it is kept", options.part_of);
            return Err(Error::Interrupted(problem));
        }
        let status =
            child.try_wait().map_err(|error| Error::Training(format!("cannot wait for a process: {error}")))?;
        if status.is_some() || start.elapsed() >= options.timeout {
            return Ok(status);
        }
        poll();
        thread::sleep(POLL_INTERVAL);
    }
}

fn cause_of_death(status: ExitStatus, directory: &Path) -> String {
    let how = match signal_name(status) {
        Some(signal) => format!("its process was killed by {signal}"),
        None => format!("its process ended without a result ({status})"),
    };
    let stderr = fs::read(directory.join(STDERR)).unwrap_or_default();
    match last_line(&String::from_utf8_lossy(&stderr)) {
        Some(line) => format!("{how}; its last message: {line}"),
        None => how,
    }
}

fn last_line(text: &str) -> Option<String> {
    let line = text.lines().rev().map(str::trim).find(|line| !line.is_empty())?;
    Some(printable(&line.chars().take(MAX_LINE).collect::<String>()))
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

/// Called in the child that [`run_to_end`] has started: makes it end with its parent and returns
/// its configuration.
pub fn begin(directory: &Path) -> Result<RunConfig> {
    signals::leave_interrupt_to_parent();
    thread::spawn(|| {
        // Nothing is ever written to standard input, so this returns when the parent ends.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(1);
    });
    let path = directory.join(CONFIG);
    let config = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    RunConfig::from_toml(&config, "its text")
}

/// Called in a child that trains a run of its own: requests `stop` when its parent closes its input, or ends.
pub fn stop_with_parent(stop: &StopSignal) {
    signals::leave_interrupt_to_parent();
    let stop = stop.clone();
    thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        stop.request();
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_nonempty_line_is_shown_escaped_and_cut() {
        assert_eq!(last_line("warning\nMESA: error \u{1b}[2J\n\n").unwrap(), r"MESA: error \u{1b}[2J");
        assert_eq!(last_line("\n"), None);
        assert_eq!(last_line(&"x".repeat(1 << 20)).unwrap().len(), MAX_LINE);
    }
}
