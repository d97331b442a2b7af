//! A column of a table: numbers, or texts by their index.

use crate::table::Meaning;

/// How to read a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    LeftOut,
    /// As numbers if it holds nothing else, otherwise as texts.
    Either,
    Numbers,
    Texts,
}

/// A column's values, one for each record.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    LeftOut,
    /// Finite numbers; NaN where one is missing.
    Numbers(Vec<f64>),
    Texts(Texts),
}

/// Texts, each kept once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Texts {
    /// Each record's index in `values`, or [`Texts::MISSING`].
    pub rows: Vec<u32>,
    /// Distinct values, in order of appearance.
    pub values: Vec<String>,
    /// The first text, if other values are numbers.
    pub first_among_numbers: Option<Found>,
    /// The first mark of a missing value, such as NA.
    pub mark: Option<Found>,
}

/// A value and its place, such as `line 7`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub place: String,
    pub text: String,
}

impl Texts {
    pub const MISSING: u32 = u32::MAX;

    /// The first record that has a value, given by its index.
    pub fn row_of(&self, value: usize) -> Option<usize> {
        self.rows.iter().position(|&row| row as usize == value)
    }

    /// A record's text; `None` if it is missing.
    pub fn text(&self, row: usize) -> Option<&str> {
        self.values.get(self.rows[row] as usize).map(String::as_str)
    }
}

impl Column {
    /// Whether a record has no value.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::LeftOut => false,
            Self::Numbers(numbers) => numbers[row].is_nan(),
            Self::Texts(texts) => texts.rows[row] == Texts::MISSING,
        }
    }

    /// A record's value as a text of this `meaning`; empty if it is missing.
    pub(super) fn shown_as(&self, meaning: Option<&Meaning>, record: usize) -> String {
        match (self, meaning) {
            (Self::Numbers(numbers), Some(meaning)) if !numbers[record].is_nan() => meaning.text(numbers[record]),
            _ => self.shown(record),
        }
    }

    /// A record's value as a text; empty if it is missing.
    pub fn shown(&self, record: usize) -> String {
        match self {
            Self::LeftOut => String::new(),
            Self::Numbers(numbers) if numbers[record].is_nan() => String::new(),
            Self::Numbers(numbers) => numbers[record].to_string(),
            Self::Texts(texts) => texts.text(record).unwrap_or_default().to_string(),
        }
    }

    /// Each record's text, empty where it is missing; `None` unless this is a column of texts.
    pub fn texts(&self) -> Option<Vec<String>> {
        match self {
            Self::Texts(texts) => Some((0..texts.rows.len()).map(|row| self.shown(row)).collect()),
            Self::Numbers(_) | Self::LeftOut => None,
        }
    }

    /// Keeps only the first `records`.
    pub(super) fn truncate(&mut self, records: usize) {
        match self {
            Self::LeftOut => {}
            Self::Numbers(numbers) => numbers.truncate(records),
            Self::Texts(texts) => texts.rows.truncate(records),
        }
    }
}
