//! Bad input through the command line: one clear sentence, the right exit code, bounded memory and
//! time, never a panic.

#[path = "../support/mod.rs"]
mod support;

mod command_line;
mod configuration;
mod download;
mod hostile_text;
mod idx;
mod idx_files;
mod models;
mod paths;
mod runs;

use std::ffi::OsStr;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::Program;

/// Address space of a process that is given bad input, in KiB. A run on the digits needs a third of
/// it.
const MEMORY_LIMIT: u64 = 4 << 20;

/// Maximum time that bad input may take: generous, since the machine may be busy.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// The output of a finished program.
pub struct LimitedOutput {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    command: String,
}

/// Runs the program with limited memory, and with backtraces enabled: none may be printed.
pub fn run_limited(program: &Program, arguments: &[impl AsRef<OsStr>]) -> LimitedOutput {
    run_limited_with(program, arguments, &[])
}

/// Like [`run_limited`], with environment variables.
pub fn run_limited_with(
    program: &Program,
    arguments: &[impl AsRef<OsStr>],
    environment: &[(&str, &str)],
) -> LimitedOutput {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {MEMORY_LIMIT}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_burn-mlp")]);
    command.args(arguments).current_dir(program.path("")).stdin(Stdio::null());
    command.env("RUST_BACKTRACE", "1").envs(environment.iter().copied());
    let started = Instant::now();
    let output = command.output().unwrap();
    let command_line =
        arguments.iter().map(|argument| argument.as_ref().to_string_lossy().into_owned()).collect::<Vec<_>>();
    assert!(started.elapsed() < TIME_LIMIT, "{command_line:?} took {:?}", started.elapsed());
    LimitedOutput {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        command: command_line.join(" "),
    }
}

impl LimitedOutput {
    /// Asserts that the program failed with one sentence that contains all of `words`.
    #[track_caller]
    pub fn fails_with(&self, code: i32, words: &[&str]) {
        let Self { stderr, command, .. } = self;
        assert_eq!(self.code, Some(code), "{command}: {stderr}");
        self.is_one_clear_line();
        for words in words {
            assert!(stderr.contains(words), "{command}: {words:?} is not in {stderr}");
        }
    }

    /// Asserts that the program succeeded, or failed with one sentence.
    #[track_caller]
    pub fn succeeds_or_fails_cleanly(&self) {
        assert!(matches!(self.code, Some(0..=2)), "{}: {:?} {}", self.command, self.code, self.stderr);
        if self.code != Some(0) {
            self.is_one_clear_line();
        }
    }

    #[track_caller]
    fn is_one_clear_line(&self) {
        let Self { stderr, command, .. } = self;
        let line = stderr.strip_prefix("error: ").and_then(|line| line.strip_suffix('\n'));
        let line = line.unwrap_or_else(|| panic!("{command}: {stderr:?}"));
        assert!(line.chars().count() > 10 && !line.chars().any(char::is_control), "{command}: {stderr:?}");
        for forbidden in ["internal error", "panicked", "backtrace", "unwrap", "src/"] {
            assert!(!line.contains(forbidden), "{command}: {line}");
        }
    }

    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{}: {}", self.command, self.stderr);
        self
    }
}
