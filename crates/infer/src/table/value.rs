//! A value of a table.

use std::sync::LazyLock;

use super::notation::Notation;

/// Marks of a missing value besides an empty text, in upper or lower case: those of pandas, `nil`, `?` and the errors of
/// spreadsheets.
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

/// Parses a value, which must be trimmed, with a decimal point and the usual marks of missing values.
pub fn value(text: &str) -> Value {
    static USUAL: LazyLock<Notation> = LazyLock::new(Notation::default);
    USUAL.value(text)
}

/// Writes a number in its shortest form.
pub fn number_name(number: f64) -> String {
    (number + 0.0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_every_usual_spelling() {
        for (text, number) in
            [("1e-3", 0.001), ("+5", 5.0), ("-0", 0.0), (".5", 0.5), ("5.", 5.0), ("007", 7.0), ("1E5", 100_000.0)]
        {
            assert_eq!(value(text), Value::Number(number), "{text}");
        }
        for text in ["inf", "-Infinity", "1e39", "1e999"] {
            assert_eq!(value(text), Value::TooLarge, "{text}");
        }
        for text in ["1,5", "1 000", "0x10", "1_000", "five", "-"] {
            assert_eq!(value(text), Value::Text, "{text}");
        }
    }
}
