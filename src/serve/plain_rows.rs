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
        let end = row * d;
        while values.len() + 1 < end {
            match text.zeros((end - values.len() - 1) / ZEROS) {
                0 => {
                    values.push(text.number()?);
                    text.separator()?;
                }
                runs => values.resize(values.len() + runs * ZEROS, 0.0),
            }
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

/// Zeros that are compared with the text at once.
const ZEROS: usize = 4;

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

    /// The comma between two numbers, and the space behind it that many programs write.
    #[inline(always)]
    fn separator(&mut self) -> Option<()> {
        match self.peek() {
            Some(b',') => self.at += 1,
            _ => self.skip(b",")?,
        }
        self.at += usize::from(self.peek() == Some(b' '));
        Some(())
    }

    /// Passes over runs of [`ZEROS`] zeros with the commas behind them, at most `most`, and counts the runs: most pixels
    /// of a digit are black.
    #[inline(always)]
    fn zeros(&mut self, most: usize) -> usize {
        match self.runs(b"0,0,0,0,", most) {
            0 => self.runs(b"0, 0, 0, 0, ", most),
            runs => runs,
        }
    }

    #[inline(always)]
    fn runs<const N: usize>(&mut self, run: &[u8; N], most: usize) -> usize {
        let (chunks, _) = self.bytes[self.at..].as_chunks();
        let runs = chunks.iter().take(most).take_while(|chunk| *chunk == run).count();
        self.at += runs * N;
        runs
    }

    fn skip(&mut self, expected: &[u8]) -> Option<()> {
        self.skip_space();
        self.bytes[self.at..].starts_with(expected).then(|| self.at += expected.len())
    }

    /// Most are pixels: whole, of at most three digits, with a comma behind them.
    #[inline(always)]
    fn number(&mut self) -> Option<f32> {
        match short_number(*self.bytes[self.at..].first_chunk()?) {
            Some((value, length)) => {
                self.at += length;
                Some(f32::from(value))
            }
            None => self.any_number(),
        }
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

/// A whole number of one to three digits with a comma behind it, and how many its digits are. Nothing hangs on their
/// number but arithmetic: a processor could not foresee a branch.
#[inline(always)]
fn short_number(text: [u8; 4]) -> Option<(u16, usize)> {
    const COMMAS: u32 = u32::from_le_bytes([b','; 4]);
    const HIGH: u32 = 0x8080_8080;
    let text = u32::from_le_bytes(text);
    let others = text ^ COMMAS;
    // The high bit of the first byte that is a comma, the lowest that it is set in.
    let comma = (others.wrapping_sub(0x0101_0101) & !others & HIGH).trailing_zeros() / 8;
    let length = comma.min(3);
    // The digits end in the third byte, with '0' before them.
    let missing = 8 * (3 - length);
    let zeros = 0x0030_3030 & !(u32::MAX << missing);
    let digits = (((text << missing) & 0x00ff_ffff) | zeros) ^ 0x0030_3030;
    let [hundreds, tens, ones, _] = digits.to_le_bytes();
    let are_digits = digits & 0x00f0_f0f0 == 0 && (digits + 0x0076_7676) & 0x0080_8080 == 0;
    let leads_with_zero = length > 1 && (text & 0xff) as u8 == b'0';
    let is_short = (1..=3).contains(&comma) && are_digits && !leads_with_zero;
    is_short.then_some((100 * u16::from(hundreds) + 10 * u16::from(tens) + u16::from(ones), length as usize))
}

#[cfg(test)]
#[path = "plain_rows_tests.rs"]
mod tests;
