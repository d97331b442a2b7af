//! Parses numbers as most tables have them, faster than the standard library parses all.

/// Maximum number of digits that are exact as an `f64`, as these powers of ten are: their quotient is the nearest `f64`, which
/// `parse` returns too (Clinger, "How to Read Floating Point Numbers Accurately", 1990).
const MAX_DIGITS: usize = 15;
const POWERS: [f64; MAX_DIGITS + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// Parses few digits, possibly after a minus sign and with a decimal mark; `None` for anything else.
pub fn plain_number(text: &[u8], decimal: char) -> Option<f64> {
    let is_negative = text.first() == Some(&b'-');
    let digits = &text[usize::from(is_negative)..];
    if digits.len() > MAX_DIGITS {
        return None;
    }
    // Without branches: no processor foresees where the mark is.
    let (mut number, mut marks, mut from_mark, mut is_number) = (0_u64, 0, 0, true);
    for &byte in digits {
        let (digit, is_mark) = (byte.wrapping_sub(b'0'), char::from(byte) == decimal);
        number = if is_mark { number } else { 10 * number + u64::from(digit) };
        marks += usize::from(is_mark);
        from_mark += marks;
        is_number &= is_mark | (digit < 10);
    }
    if !is_number || marks > 1 || digits.len() == marks {
        return None;
    }
    let number = number as f64 / POWERS[from_mark - marks];
    Some(f64::from_bits(number.to_bits() | u64::from(is_negative) << 63))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn few_digits_are_the_number_that_parse_returns(text in "[-+]?[0-9]{0,9}[.]?[0-9]{0,7}|[-.0-9]{0,4}") {
            let parsed = text.parse::<f64>().ok().map(f64::to_bits);
            let plain = plain_number(text.as_bytes(), '.').map(f64::to_bits);
            prop_assert!(plain.is_none() || plain == parsed);
            prop_assert!(plain.is_some() || parsed.is_none() || text.starts_with('+') || text.len() > MAX_DIGITS);
            let with_comma = plain_number(text.replace('.', ",").as_bytes(), ',');
            prop_assert_eq!(with_comma.map(f64::to_bits), plain);
        }
    }
}
