//! Bad input through the command line: one clear sentence, the right exit code, bounded memory and time, never a panic.

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

/// Most address space of a process that is given bad input, in KiB. A run on the digits needs a third of it.
const MEMORY: u64 = 4 << 20;

/// The longest that bad input may take: generous, since the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the program said.
pub struct Answer {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
    what: String,
}

/// Runs the program with little memory and no backtrace to hide behind.
pub fn ask(program: &Program, arguments: &[impl AsRef<OsStr>]) -> Answer {
    ask_with(program, arguments, &[])
}

/// As [`ask`], with environment variables.
pub fn ask_with(program: &Program, arguments: &[impl AsRef<OsStr>], environment: &[(&str, &str)]) -> Answer {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {MEMORY}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_burn-mlp")]);
    command.args(arguments).current_dir(program.path("")).stdin(Stdio::null());
    command.env("RUST_BACKTRACE", "1").envs(environment.iter().copied());
    let started = Instant::now();
    let output = command.output().unwrap();
    let what = arguments.iter().map(|argument| argument.as_ref().to_string_lossy().into_owned()).collect::<Vec<_>>();
    assert!(started.elapsed() < PATIENCE, "{what:?} took {:?}", started.elapsed());
    Answer {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        what: what.join(" "),
    }
}

impl Answer {
    /// Asserts that the program refused in one sentence that holds all of `words`.
    #[track_caller]
    pub fn refuses(&self, code: i32, words: &[&str]) {
        let Self { stderr, what, .. } = self;
        assert_eq!(self.code, Some(code), "{what}: {stderr}");
        self.is_one_clear_line();
        for words in words {
            assert!(stderr.contains(words), "{what}: no {words:?} in {stderr}");
        }
    }

    /// Asserts that it worked, or refused in one sentence.
    #[track_caller]
    pub fn works_or_refuses(&self) {
        assert!(matches!(self.code, Some(0..=2)), "{}: {:?} {}", self.what, self.code, self.stderr);
        if self.code != Some(0) {
            self.is_one_clear_line();
        }
    }

    #[track_caller]
    fn is_one_clear_line(&self) {
        let Self { stderr, what, .. } = self;
        let line = stderr.strip_prefix("error: ").and_then(|line| line.strip_suffix('\n'));
        let line = line.unwrap_or_else(|| panic!("{what}: {stderr:?}"));
        assert!(line.chars().count() > 10 && !line.chars().any(char::is_control), "{what}: {stderr:?}");
        for forbidden in ["internal error", "panicked", "backtrace", "unwrap", "src/"] {
            assert!(!line.contains(forbidden), "{what}: {line}");
        }
    }

    #[track_caller]
    pub fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{}: {}", self.what, self.stderr);
        self
    }
}
