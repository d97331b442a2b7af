//! A value of a table.

/// Marks of a missing value besides an empty text, in upper or lower case: those of pandas, `nil`, `?` and the errors
/// of spreadsheets.
pub(super) const USUAL_MARKS: [&str; 22] = [
    "NA", "N/A", "NaN", "-NaN", "null", "None", "nil", "?", "<NA>", "#NA", "#N/A", "#N/A N/A", "1.#IND", "-1.#IND",
    "1.#QNAN", "-1.#QNAN", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!",
];

/// Whole numbers beyond this share their `f64` with others.
pub const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// The range of f32.
pub(super) const MAX_NUMBER: f64 = f32::MAX as f64;

/// A parsed value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    Missing,
    /// A number within the range of f32.
    Number(f64),
    /// Infinite, or beyond the range of f32.
    TooLarge,
    Text,
}

/// Writes a number in its shortest form.
pub fn number_name(number: f64) -> String {
    (number + 0.0).to_string()
}
