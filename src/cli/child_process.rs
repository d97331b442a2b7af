//! Work in a process of its own: whatever a driver does there, this program goes on.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use burn_mlp::config::RunConfig;
use burn_mlp::training::StopSignal;
use burn_mlp::{Error, Result};
use tempfile::TempDir;

use super::failure::printable;
use super::format::seconds;
use super::signals;

const CONFIG: &str = "config.toml";
const LAST_WORDS: &str = "stderr.txt";

/// Time between two looks at the process.
const INTERVAL: Duration = Duration::from_millis(50);

/// Most characters of a dead process's last line that are shown.
const LONGEST_WORDS: usize = 200;

/// What becomes of the process.
pub struct ChildOptions {
    /// What it is a part of: "the comparison".
    pub part_of: &'static str,
    /// It is killed after this.
    pub timeout: Duration,
    /// Drivers' own messages reach the terminal.
    pub verbose: bool,
}

/// A directory for a process, with the configuration that it is to work on. It goes with the value.
pub fn place_for(config: &RunConfig) -> Result<TempDir> {
    let place = tempfile::Builder::new().prefix("burn-mlp-").tempdir();
    let place = place.map_err(Error::io("create a directory in", std::env::temp_dir()))?;
    let path = place.path().join(CONFIG);
    fs::write(&path, config.to_toml()?).map_err(Error::io("write", &path))?;
    Ok(place)
}

/// Runs `command`, which [`program`] began, and tells `watch` from time to time. Returns the answer that `read` finds when the
/// process has ended; the inner error is the reason why there is none.
pub fn conduct<T>(
    command: Command,
    place: &Path,
    options: &ChildOptions,
    stop: &StopSignal,
    watch: impl FnMut(),
    read: impl FnOnce() -> Result<Option<std::result::Result<T, String>>>,
) -> Result<std::result::Result<T, String>> {
    let mut child = match start(command, place, options.verbose) {
        Ok(child) => child,
        Err(error) => return Ok(Err(format!("its process could not be started: {error}"))),
    };
    let ended = wait(&mut child, options, stop, watch);
    // Without effect on one that has ended.
    let _ = child.kill();
    let _ = child.wait();
    match ended? {
        None => {
            let limit = seconds(options.timeout.as_secs_f64());
            Ok(Err(format!("was not done after {limit} and was ended; --timeout gives it longer")))
        }
        Some(status) => Ok(read()?.unwrap_or_else(|| Err(cause_of_death(status, place)))),
    }
}

/// This program, to be given arguments.
pub fn program() -> Result<Command> {
    let path = std::env::current_exe();
    path.map(Command::new).map_err(|error| Error::Training(format!("this program cannot be found: {error}")))
}

fn start(mut command: Command, place: &Path, verbose: bool) -> std::io::Result<Child> {
    if verbose {
        command.arg("-v");
    } else {
        command.stderr(File::create(place.join(LAST_WORDS))?);
    }
    // The end of its input tells the child that this process has ended.
    command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()
}

/// How the process ended; `None` if it did not in time.
fn wait(
    child: &mut Child,
    options: &ChildOptions,
    stop: &StopSignal,
    mut look: impl FnMut(),
) -> Result<Option<ExitStatus>> {
    let start = Instant::now();
    loop {
        if stop.is_requested() {
            let problem = format!("{} was not finished, and nothing of it is kept", options.part_of);
            return Err(Error::Interrupted(problem));
        }
        let status = child.try_wait().map_err(|error| Error::Training(format!("a process is lost: {error}")))?;
        if status.is_some() || start.elapsed() >= options.timeout {
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

/// In the process that [`conduct`] has started: it ends with its parent. Returns the configuration to work on.
pub fn begin(place: &Path) -> Result<RunConfig> {
    signals::leave_interrupt_to_parent();
    thread::spawn(|| {
        // Nothing is ever written to it, so this ends with the parent.
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(1);
    });
    let path = place.join(CONFIG);
    let config = fs::read_to_string(&path).map_err(Error::io("read", &path))?;
    RunConfig::from_toml(&config, "its text")
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
