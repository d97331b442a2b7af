//! What a file says of its rows.

/// The true targets of rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Truths {
    /// Each row's class `[rows]`; `None` where it is missing or not a class of the model.
    Classes(Vec<Option<u32>>),
    /// Each row's numbers `[rows, targets]`, row-major; NaN where one is missing.
    Numbers(Vec<f64>),
}
