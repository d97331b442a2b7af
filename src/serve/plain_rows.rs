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

    /// Of at most 15 digits: both its digits and the power of ten then are exact as f64, and so is their ratio but for one
    /// rounding (W. Clinger, How to Read Floating Point Numbers Accurately, 1990).
    fn number(&mut self) -> Option<f32> {
        // Most pixels are whole numbers of few digits.
        if let [first @ b'0'..=b'9', b',', ..] = self.bytes[self.at..] {
            self.at += 1;
            return Some(f32::from(first - b'0'));
        }
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
        if digits + decimals > 15 || unfinished {
            return None;
        }
        let value = if decimals == 0 { mantissa as f64 } else { mantissa as f64 / 10_f64.powi(decimals as i32) };
        Some(if negative { -value } else { value } as f32)
    }

    /// `start` with the digits that follow, and how many they are; beyond 15 the value means nothing.
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
