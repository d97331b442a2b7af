//! What a file says of its rows.

#[cfg(feature = "csv")]
use std::ops::Range;

/// The true targets of rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Truths {
    /// Each row's class `[rows]`; `None` where it is missing or not a class of the model.
    Classes(Vec<Option<u32>>),
    /// Each row's numbers `[rows, targets]`, row-major; NaN where one is missing.
    Numbers(Vec<f64>),
}

#[cfg(feature = "csv")]
impl Truths {
    /// Copies those of some of all `count` rows.
    pub(crate) fn slice(&self, rows: Range<usize>, count: usize) -> Self {
        match self {
            Self::Classes(labels) => Self::Classes(labels[rows].to_vec()),
            Self::Numbers(numbers) => {
                let targets = numbers.len() / count.max(1);
                Self::Numbers(numbers[rows.start * targets..rows.end * targets].to_vec())
            }
        }
    }
}
