//! One error for the whole program. Each message is a sentence that names the thing, says what is wrong with it and
//! how to get out.

use std::io;
use std::path::{Path, PathBuf};

/// Shorthand for a result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// Everything that can go wrong, by what the person has to look at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A setting, from a configuration file, `--set` or a flag, is unknown or out of range.
    #[error("{key}: {problem}")]
    Config {
        /// The setting's dotted key, the flag, or the configuration file.
        key: String,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A data source or one of its files cannot be used.
    #[error("{what}: {problem}")]
    Data {
        /// The source or the file.
        what: String,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A backend has no device here or failed.
    #[error("backend {backend}: {problem}")]
    Backend {
        /// The backend as it was asked for.
        backend: String,
        /// What is wrong and which backends work.
        problem: String,
    },
    /// A run directory, or a file in it, cannot be used.
    #[error("{}: {problem}", path.display())]
    Run {
        /// The run directory or the file in it.
        path: PathBuf,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// The operating system refused a file operation.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// A verb: "read", "create", "write".
        action: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// The operating system's reason.
        source: io::Error,
    },
    /// The training cannot go on: a loss that is not finite, a lost device.
    #[error("training failed: {0}")]
    Training(String),
    /// The person asked to stop (Ctrl-C, SIGTERM).
    #[error("interrupted: {0}")]
    Interrupted(String),
}

impl Error {
    /// A wrong setting under its dotted `key`.
    pub fn config(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Config { key: key.into(), problem: problem.into() }
    }

    /// Unusable data in `what`, a source or a file.
    pub fn data(what: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Data { what: what.into(), problem: problem.into() }
    }

    /// An unusable run directory or run file at `path`.
    pub fn run(path: impl AsRef<Path>, problem: impl Into<String>) -> Self {
        Self::Run { path: path.as_ref().to_path_buf(), problem: problem.into() }
    }

    /// A file operation that failed; use as `.map_err(Error::io("read", path))`.
    pub fn io(action: &'static str, path: impl AsRef<Path>) -> impl FnOnce(io::Error) -> Self {
        let path = path.as_ref().to_path_buf();
        move |source| Self::Io { action, path, source }
    }

    /// The process's exit code: 2 for usage and configuration, 130 when interrupted, otherwise 1.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Config { .. } => 2,
            Self::Interrupted(_) => 130,
            _ => 1,
        }
    }
}
