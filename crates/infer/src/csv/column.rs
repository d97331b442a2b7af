//! A column of a CSV text: numbers, or texts by their index.

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

impl Column {
    /// Whether a record has no value.
    pub fn is_missing(&self, row: usize) -> bool {
        match self {
            Self::LeftOut => false,
            Self::Numbers(numbers) => numbers[row].is_nan(),
            Self::Texts(texts) => texts.rows[row] == Texts::MISSING,
        }
    }
}

/// Texts, each kept once.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Texts {
    /// Each record's index in `values`, or [`Texts::MISSING`].
    pub rows: Vec<u32>,
    /// Distinct values, in order of appearance.
    pub values: Vec<String>,
    /// The first text with its line, if other values are numbers.
    pub first_among_numbers: Option<(u64, String)>,
    /// The first mark of a missing value with its line, such as NA.
    pub mark: Option<(u64, String)>,
}

impl Texts {
    pub const MISSING: u32 = u32::MAX;

    /// A record's text; `None` if it is missing.
    pub fn text(&self, row: usize) -> Option<&str> {
        self.values.get(self.rows[row] as usize).map(String::as_str)
    }
}

impl Column {
    /// A record's value as a text; empty if it is missing.
    pub fn shown(&self, record: usize) -> String {
        match self {
            Self::LeftOut => String::new(),
            Self::Numbers(numbers) if numbers[record].is_nan() => String::new(),
            Self::Numbers(numbers) => numbers[record].to_string(),
            Self::Texts(texts) => texts.values.get(texts.rows[record] as usize).cloned().unwrap_or_default(),
        }
    }
}
