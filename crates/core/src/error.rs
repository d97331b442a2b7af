//! The error type of the whole program. Each message is a sentence on one line that names the
//! thing, says what is wrong with it and what to do.

use std::io;
use std::path::{Path, PathBuf};

use burn_mlp_infer::sentence;

use crate::text::printable;

/// A result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong, by what the user has to look at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting, from a configuration file, `--set` or a flag, is unknown or out of range.
    #[error("{}", sentence(key, problem))]
    Config {
        /// The setting's dotted key, the flag, or the configuration file.
        key: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A data source or one of its files cannot be used.
    #[error("{}", sentence(what, problem))]
    Data {
        /// The source or the file.
        what: String,
        /// What is wrong and what to do.
        problem: String,
    },
    /// A backend has no device or failed.
    #[error("{}", sentence(&format!("backend {backend}"), problem))]
    Backend {
        /// The requested backend.
        backend: String,
        /// What is wrong and which backends work.
        problem: String,
    },
    /// A run directory, or a file in it, cannot be used.
    #[error("{}", sentence(&path.to_string_lossy(), problem))]
    Run {
        /// The run directory or the file in it.
        path: PathBuf,
        /// What is wrong and what to do.
        problem: String,
    },
    /// The operating system refused a file operation.
    #[error("cannot {action} {}: {}", printable(&path.to_string_lossy()), printable(&source.to_string()))]
    Io {
        /// A verb: "read", "create", "write".
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// Training cannot continue: the loss is NaN or infinite, or the device is lost.
    #[error("training failed: {}", printable(.0))]
    Training(String),
    /// The user asked to stop (Ctrl-C, SIGTERM).
    #[error("interrupted: {}", printable(.0))]
    Interrupted(String),
}

impl From<burn_mlp_infer::Error> for Error {
    fn from(error: burn_mlp_infer::Error) -> Self {
        match error {
            burn_mlp_infer::Error::Config { key, problem } => Self::Config { key, problem },
            burn_mlp_infer::Error::Data { what, problem } | burn_mlp_infer::Error::Model { file: what, problem } => {
                Self::Data { what, problem }
            }
            other => Self::Data { what: "the model".to_string(), problem: other.to_string() },
        }
    }
}

impl Error {
    /// Creates an [`Error::Config`] for the setting `key`.
    pub fn config(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Config { key: key.into(), problem: problem.into() }
    }

    /// Creates an [`Error::Data`] for `what`, a source or a file.
    pub fn data(what: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Data { what: what.into(), problem: problem.into() }
    }

    /// Creates an [`Error::Run`] for the run directory or run file at `path`.
    pub fn run(path: impl AsRef<Path>, problem: impl Into<String>) -> Self {
        Self::Run { path: path.as_ref().to_path_buf(), problem: problem.into() }
    }

    /// Returns a conversion to [`Error::Io`], as in `.map_err(Error::io("read", path))`.
    pub fn io(action: &'static str, path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        let path = path.as_ref().to_path_buf();
        move |source| Self::Io { action, path, source }
    }

    /// Returns the process's exit code: 2 for usage and configuration, 130 if interrupted,
    /// otherwise 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config { .. } => 2,
            Self::Interrupted(_) => 130,
            _ => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_reads_as_a_sentence() {
        assert_eq!(Error::run("a/b", "is not a directory").to_string(), "a/b is not a directory");
        assert_eq!(Error::data("train", "holds no files").to_string(), "train holds no files");
        assert_eq!(Error::config("seed", "expected a number").to_string(), "seed: expected a number");
        assert_eq!(Error::run("a", "there is no such run").to_string(), "a: there is no such run");
    }

    #[test]
    fn a_message_stays_on_one_line_whatever_it_quotes() {
        let hostile = "a\u{1b}[2J\nb\u{202e}c\u{9b}d";
        let shown = r"a\u{1b}[2J\nb\u{202e}c\u{9b}d";
        assert_eq!(Error::run(hostile, "is missing").to_string(), format!("{shown} is missing"));
        assert_eq!(Error::data("x", hostile).to_string(), format!("x: {shown}"));
        let error = Error::io("read", hostile)(io::Error::other(hostile)).to_string();
        assert_eq!(error, format!("cannot read {shown}: {shown}"));
        assert_eq!(printable("größe 数字 'a' \"b\""), "größe 数字 'a' \"b\"");
    }
}
