//! What one value of a table is.

/// What stands for a missing value, in any case, beside nothing at all.
const MISSING: [&str; 5] = ["na", "n/a", "nan", "null", "?"];

/// One value, read.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    Missing,
    /// A number that a 32-bit float can hold, if not as exactly.
    Number(f64),
    /// Infinite, or beyond the largest 32-bit float.
    TooLarge,
    Text,
}

/// Reads a value without white space around it.
pub fn value(text: &str) -> Value {
    if text.is_empty() || (text.len() <= 4 && MISSING.iter().any(|missing| text.eq_ignore_ascii_case(missing))) {
        return Value::Missing;
    }
    match text.parse::<f64>() {
        Ok(number) if number.abs() <= f64::from(f32::MAX) => Value::Number(number),
        // "-nan" is no mark of a missing value, and no number.
        Ok(number) if number.is_nan() => Value::Text,
        Ok(_) => Value::TooLarge,
        Err(_) => Value::Text,
    }
}

/// A number as the name of a class: `1.0`, `+1` and `01` are 1.
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
    fn missing_values_are_marked_in_five_ways_or_by_nothing() {
        for text in ["", "NA", "n/a", "NaN", "nan", "NULL", "?"] {
            assert_eq!(value(text), Value::Missing, "{text}");
        }
    }

    #[test]
    fn equal_numbers_have_one_name() {
        assert_eq!(["1", "1.0", "+1", "01"].map(|text| number_name(text.parse().unwrap())), ["1"; 4]);
        assert_eq!((number_name(-0.0), number_name(0.5)), ("0".to_string(), "0.5".to_string()));
    }
}
