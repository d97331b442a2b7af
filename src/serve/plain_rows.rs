//! The usual body, read fast.
//!
//! Nearly every request is `{"features": [[0, 17, 0.5]]}` without escapes or exponents, and reading its hundreds of numbers
//! costs a general parser more than the network takes. What is written otherwise, or wrong, is left to that parser.

/// Numbers `[n * d]` of a body of n rows, at most `most`, of d numbers each; nothing if it is not as plain as that.
pub(super) fn plain_rows(body: &[u8], d: usize, most: usize) -> Option<Vec<f32>> {
    let mut text = Scanner { bytes: body, at: 0 };
    let mut values = Vec::with_capacity(d);
    text.skip(b"{")?;
    text.skip(b"\"features\"")?;
    text.skip(b":")?;
    text.skip(b"[")?;
    for row in 1.. {
        text.skip(b"[")?;
        for _ in 1..d {
            values.push(text.number()?);
            text.separator()?;
        }
        values.push(text.number()?);
        text.skip(b"]")?;
        if text.skip(b"]").is_some() {
            break;
        }
        text.skip(b",")?;
        if row == most {
            return None;
        }
    }
    text.skip(b"}")?;
    text.skip_space();
    (text.at == body.len()).then_some(values)
}

const MOST_DIGITS: usize = 15;
const POWERS_OF_TEN: [f64; MOST_DIGITS + 1] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    #[inline(always)]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    /// The comma between two numbers.
    #[inline(always)]
    fn separator(&mut self) -> Option<()> {
        match self.peek() {
            Some(b',') => {
                self.at += 1;
                Some(())
            }
            _ => self.skip(b","),
        }
    }

    fn skip(&mut self, expected: &[u8]) -> Option<()> {
        self.skip_space();
        self.bytes[self.at..].starts_with(expected).then(|| self.at += expected.len())
    }

    /// Most are pixels: whole, of at most three digits, with a comma behind them.
    #[inline(always)]
    fn number(&mut self) -> Option<f32> {
        let digit = |byte: u8| byte.wrapping_sub(b'0');
        let (value, length) = match *self.bytes.get(self.at..self.at + 4)? {
            [a, b',', ..] if digit(a) < 10 => (u16::from(digit(a)), 1),
            [a, b, b',', _] if (1..10).contains(&digit(a)) && digit(b) < 10 => {
                (10 * u16::from(digit(a)) + u16::from(digit(b)), 2)
            }
            [a, b, c, b','] if (1..10).contains(&digit(a)) && digit(b) < 10 && digit(c) < 10 => {
                (100 * u16::from(digit(a)) + 10 * u16::from(digit(b)) + u16::from(digit(c)), 3)
            }
            _ => return self.any_number(),
        };
        self.at += length;
        Some(f32::from(value))
    }

    /// Of at most 15 digits: both its digits and the power of ten then are exact as f64, and so is their ratio but for one
    /// rounding (W. Clinger, How to Read Floating Point Numbers Accurately, 1990).
    fn any_number(&mut self) -> Option<f32> {
        self.skip_space();
        let negative = self.peek() == Some(b'-');
        self.at += usize::from(negative);
        let leading_zero = self.peek() == Some(b'0');
        let (whole, digits) = self.digits(0);
        if digits == 0 || (leading_zero && digits > 1) {
            return None;
        }
        let (mantissa, decimals) = match self.peek() {
            Some(b'.') => {
                self.at += 1;
                self.digits(whole)
            }
            _ => (whole, 0),
        };
        let unfinished = matches!(self.peek(), Some(b'.' | b'e' | b'E')) || self.bytes[self.at - 1] == b'.';
        if digits + decimals > MOST_DIGITS || unfinished {
            return None;
        }
        let value = mantissa as f64 / POWERS_OF_TEN[decimals];
        Some(if negative { -value } else { value } as f32)
    }

    /// `start` with the digits that follow, and how many they are; beyond [`MOST_DIGITS`] the value means nothing.
    #[inline(always)]
    fn digits(&mut self, start: u64) -> (u64, usize) {
        let (mut value, first) = (start, self.at);
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        (value, self.at - first)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(serde::Deserialize)]
    struct Body {
        features: Vec<Vec<f32>>,
    }

    #[test]
    fn plain_bodies_are_read() {
        let read = |body: &str| plain_rows(body.as_bytes(), 2, 2);
        assert_eq!(read("{\"features\":[[0,17],[0.5,-3.25]]}"), Some(vec![0.0, 17.0, 0.5, -3.25]));
        assert_eq!(read(" { \"features\" : [ [ 0 , 1.0 ] ] }\r\n"), Some(vec![0.0, 1.0]));
    }

    #[test]
    fn what_is_not_plain_or_wrong_is_left_to_the_general_parser() {
        for rows in [
            "[[1,2],[1,2],[1,2]]",
            "[[1]]",
            "[[1,2,3]]",
            "[[1,2],]",
            "[[1,2e3]]",
            "[[1,01]]",
            "[[1,.5]]",
            "[[1,5.]]",
            "[[01,2]]",
            "[[012,2]]",
            "[[1:,2]]",
            "[[1,+5]]",
            "[[1,1.2.3]]",
            "[[1,--5]]",
            "[[1,null]]",
            "[]",
            "[[]]",
            "[[1,1234567890123456]]",
            "[1,2]",
            "[[1,2]",
            "",
        ] {
            assert_eq!(plain_rows(format!("{{\"features\":{rows}}}").as_bytes(), 2, 2), None, "{rows}");
        }
        for body in ["", "{", "{\"features\":[[1,2]]} x", "{\"features\":[[1,2]]", "{\"rows\":[[1,2]]}", "[[1,2]]"] {
            assert_eq!(plain_rows(body.as_bytes(), 2, 2), None, "{body}");
        }
    }

    proptest! {
        #[test]
        fn numbers_are_those_of_the_general_parser(text in "-?(0|[1-9][0-9]{0,9})(\\.[0-9]{1,9})?", space in "[ \n]?") {
            let body = format!("{{\"features\":[[{space}{text}{space}]]}}");
            let general: Body = serde_json::from_str(&body).unwrap();
            if let Some(values) = plain_rows(body.as_bytes(), 1, 1) {
                prop_assert_eq!(values, general.features.concat());
            } else {
                prop_assert!(text.len() > 15);
            }
        }

        #[test]
        fn no_bytes_are_read_otherwise_than_by_the_general_parser(text in "[\\[\\],.0-9e \\-]{0,12}") {
            let body = format!("{{\"features\":[[{text}]]}}");
            if let Some(values) = plain_rows(body.as_bytes(), 2, 3) {
                prop_assert_eq!(values, serde_json::from_str::<Body>(&body).unwrap().features.concat());
            }
        }
    }
}
