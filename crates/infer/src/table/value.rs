//! Parses one value of a table.

/// Marks of a missing value, in upper or lower case, besides an empty text.
const MISSING: [&str; 5] = ["na", "n/a", "nan", "null", "?"];

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

/// Parses a value, which must be trimmed.
pub fn value(text: &str) -> Value {
    if text.is_empty() || (text.len() <= 4 && MISSING.iter().any(|missing| text.eq_ignore_ascii_case(missing))) {
        return Value::Missing;
    }
    match text.parse::<f64>() {
        Ok(number) if number.abs() <= f64::from(f32::MAX) => Value::Number(number),
        // "-nan" is neither a mark of a missing value nor a number.
        Ok(number) if number.is_nan() => Value::Text,
        Ok(_) => Value::TooLarge,
        Err(_) => Value::Text,
    }
}

/// Names a class after a number: `1.0`, `+1` and `01` are 1.
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
        for text in ["1,5", "1 000", "0x10", "1_000", "five", "-nan", "None", "-"] {
            assert_eq!(value(text), Value::Text, "{text}");
        }
    }

    #[test]
    fn missing_values_are_empty_or_marked_in_five_ways() {
        for text in ["", "NA", "n/a", "NaN", "nan", "NULL", "?"] {
            assert_eq!(value(text), Value::Missing, "{text}");
        }
    }

    #[test]
    fn equal_numbers_have_the_same_name() {
        assert_eq!(["1", "1.0", "+1", "01"].map(|text| number_name(text.parse().unwrap())), ["1"; 4]);
        assert_eq!((number_name(-0.0), number_name(0.5)), ("0".to_string(), "0.5".to_string()));
    }
}
