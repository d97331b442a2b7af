//! Says why the numbers of a table cannot be read, and what decides it.

use crate::Error;

/// Why the columns of a table cannot be read.
#[derive(Debug)]
pub struct Undetected {
    pub error: Error,
    /// What a setting can decide.
    pub undecided: Option<Undecided>,
}

/// What a table leaves open about its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undecided {
    /// Whether a mark is a decimal mark or stands between thousands.
    Mark,
    /// Whether the column of this index, which contradicts others, holds numbers.
    Column(usize),
}

impl From<Error> for Undetected {
    fn from(error: Error) -> Self {
        Self { error, undecided: None }
    }
}
