//! The crate's error. Each message is a sentence on one line that names the thing, says what is wrong and how to fix it.

use std::fmt;

use crate::text::printable;

/// Shorthand for a result with this crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// A model, a file or a row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// An option is unknown or out of range.
    Config {
        /// The option.
        key: String,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A model file cannot be used.
    Model {
        /// The file.
        file: String,
        /// What is wrong and what would be right.
        problem: String,
    },
    /// A file, rows, a record or an image cannot be used.
    Data {
        /// The file or the rows.
        what: String,
        /// What is wrong and what would be right.
        problem: String,
    },
}

impl Error {
    /// Creates an error about an option.
    pub fn config(key: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Config { key: key.into(), problem: problem.into() }
    }

    /// Creates an error about a model `file`.
    pub fn model(file: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Model { file: file.into(), problem: problem.into() }
    }

    /// Creates an error about `what`: a file, rows, a record or an image.
    pub fn data(what: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Data { what: what.into(), problem: problem.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Config { key: thing, problem }
        | Self::Model { file: thing, problem }
        | Self::Data { what: thing, problem }) = self;
        f.write_str(&sentence(thing, problem))
    }
}

impl std::error::Error for Error {}

/// A problem that starts with one of these words continues the sentence after the thing's name: "a/b is not a directory".
/// Any other problem follows a colon.
const PREDICATES: [&str; 21] = [
    "already ",
    "applies ",
    "are ",
    "can ",
    "cannot be ",
    "claims ",
    "contains ",
    "continues ",
    "does ",
    "exists ",
    "has ",
    "holds ",
    "is ",
    "lacks ",
    "may ",
    "must ",
    "names ",
    "need ",
    "needs ",
    "starts ",
    "was ",
];

/// Formats `thing` and its problem as a sentence on one line.
pub fn sentence(thing: &str, problem: &str) -> String {
    let goes_on = PREDICATES.iter().any(|predicate| problem.starts_with(predicate));
    printable(&format!("{thing}{} {problem}", if goes_on { "" } else { ":" }))
}
