//! Parses NumPy's array files (.npy, format 1.0 to 3.0).

use std::fmt::{Display, Write};

/// An array in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    pub shape: Vec<usize>,
    pub element: Element,
    is_big_endian: bool,
    /// Whether the first index varies fastest.
    is_fortran: bool,
    data: Vec<u8>,
}

/// Type of an array's elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Element {
    Boolean,
    /// Size in bytes.
    Signed(usize),
    Unsigned(usize),
    Float(usize),
    /// Length in characters of 4 bytes.
    Unicode(usize),
    /// Length in bytes.
    Bytes(usize),
}

impl Element {
    fn parse(descr: &str) -> Result<Self, String> {
        let (kind, size) = descr.trim_start_matches(['<', '>', '|', '=']).split_at_checked(1).unwrap_or_default();
        match (kind, size.parse::<usize>().ok()) {
            ("b", Some(1)) => Ok(Self::Boolean),
            ("i", Some(size @ (1 | 2 | 4 | 8))) => Ok(Self::Signed(size)),
            ("u", Some(size @ (1 | 2 | 4 | 8))) => Ok(Self::Unsigned(size)),
            ("f", Some(size @ (2 | 4 | 8))) => Ok(Self::Float(size)),
            ("U", Some(length)) => Ok(Self::Unicode(length)),
            ("S", Some(length)) => Ok(Self::Bytes(length)),
            ("O", _) => Err("holds Python objects; save it with array.astype(float) or array.astype(str)".to_string()),
            _ => Err(format!("holds elements of type {descr}; save it with array.astype(float) or array.astype(str)")),
        }
    }

    fn size(self) -> usize {
        match self {
            Self::Boolean => 1,
            Self::Signed(size) | Self::Unsigned(size) | Self::Float(size) | Self::Bytes(size) => size,
            Self::Unicode(length) => length.saturating_mul(4),
        }
    }
}

impl Array {
    /// Parses a whole file.
    ///
    /// # Errors
    /// Returns a sentence if it is not such a file, holds anything but numbers, booleans and texts, or has not as
    /// many bytes as its shape says.
    pub fn parse(mut bytes: Vec<u8>) -> Result<Self, String> {
        let (header, start) = header(&bytes).ok_or("is not a whole .npy file; save it with numpy.save")?;
        let field = |name: &str| {
            let rest = &header[header.find(&format!("'{name}'"))? + name.len() + 2..];
            Some(rest.trim_start().strip_prefix(':')?.trim_start())
        };
        let unknown = || "has a header that numpy.save does not write".to_string();
        let descr = field("descr").ok_or_else(unknown)?;
        if descr.starts_with('[') {
            return Err("has elements of several fields; save each field as an array of its own".to_string());
        }
        let descr = descr.split('\'').nth(1).ok_or_else(unknown)?;
        let shape = field("shape").and_then(|text| text.strip_prefix('(')?.split(')').next()).ok_or_else(unknown)?;
        let sizes = shape.split(',').map(str::trim).filter(|size| !size.is_empty());
        let shape: Vec<usize> = sizes.map(|size| size.parse().map_err(|_| unknown())).collect::<Result<_, _>>()?;
        let element = Element::parse(descr)?;
        let wanted = shape.iter().try_fold(element.size(), |product, &size| product.checked_mul(size));
        if wanted != Some(bytes.len() - start) {
            let problem =
                format!("has {} bytes of elements, not as many as its shape {shape:?} says", bytes.len() - start);
            return Err(format!("{problem}; write or fetch it again"));
        }
        bytes.drain(..start);
        let is_fortran = field("fortran_order").ok_or_else(unknown)?.starts_with("True");
        Ok(Self { shape, element, is_big_endian: descr.starts_with('>'), is_fortran, data: bytes })
    }

    /// Number of rows: the size of the first dimension.
    pub fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    /// Number of elements in a row.
    pub fn width(&self) -> usize {
        self.shape.iter().skip(1).product()
    }

    /// Whether the elements are texts.
    pub fn is_text(&self) -> bool {
        matches!(self.element, Element::Unicode(_) | Element::Bytes(_))
    }

    /// Returns the element `column` of `row`, as a number; texts and what lies outside are NaN.
    pub fn number(&self, row: usize, column: usize) -> f64 {
        let bytes = self.bytes(row, column);
        match self.element {
            Element::Boolean | Element::Unsigned(_) => self.unsigned(bytes) as f64,
            Element::Signed(_) => self.signed(bytes) as f64,
            Element::Float(2) => half::f16::from_bits(self.unsigned(bytes) as u16).to_f64(),
            Element::Float(4) => f32::from_bits(self.unsigned(bytes) as u32).into(),
            Element::Float(_) => f64::from_bits(self.unsigned(bytes)),
            Element::Unicode(_) | Element::Bytes(_) => f64::NAN,
        }
    }

    /// Writes the exact text of the element `column` of `row` to `text`; NaN is empty.
    pub fn write_text(&self, row: usize, column: usize, text: &mut String) {
        let bytes = self.bytes(row, column);
        match self.element {
            Element::Boolean => text.push_str(if bytes == [0] { "false" } else { "true" }),
            Element::Unsigned(_) => write_to(text, self.unsigned(bytes)),
            Element::Signed(_) => write_to(text, self.signed(bytes)),
            Element::Float(4) => write_float(text, f32::from_bits(self.unsigned(bytes) as u32)),
            Element::Float(_) => write_float(text, self.number(row, column)),
            Element::Unicode(_) => {
                let characters =
                    bytes.chunks_exact(4).map(|unit| self.unsigned(unit) as u32).take_while(|&unit| unit != 0);
                text.extend(characters.map(|unit| char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER)));
            }
            Element::Bytes(_) => {
                let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
                text.push_str(&String::from_utf8_lossy(&bytes[..end]));
            }
        }
    }

    /// Returns all elements in row-major order, if they are bytes.
    pub fn into_pixels(self) -> Option<Vec<u8>> {
        match (self.element, self.is_fortran) {
            (Element::Unsigned(1), false) => Some(self.data),
            (Element::Unsigned(1), true) => {
                let (rows, width) = (self.rows(), self.width());
                let pixel = |at: usize| self.bytes(at / width, at % width).first().copied().unwrap_or(0);
                Some((0..rows * width).map(pixel).collect())
            }
            _ => None,
        }
    }

    fn bytes(&self, row: usize, column: usize) -> &[u8] {
        let position = if self.is_fortran { self.fortran_position(row, column) } else { row * self.width() + column };
        let size = self.element.size();
        self.data.get(position * size..(position + 1) * size).unwrap_or_default()
    }

    /// Position of an element whose last index varies fastest in `column`.
    fn fortran_position(&self, row: usize, column: usize) -> usize {
        let (mut rest, mut position) = (column, 0);
        for &size in self.shape.iter().skip(1).rev() {
            position = position * size + rest % size;
            rest /= size;
        }
        position * self.rows() + row
    }

    fn unsigned(&self, bytes: &[u8]) -> u64 {
        let join = |value: u64, &byte: &u8| value << 8 | u64::from(byte);
        if self.is_big_endian { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) }
    }

    fn signed(&self, bytes: &[u8]) -> i64 {
        let unused = 64 - 8 * bytes.len().clamp(1, 8) as u32;
        ((self.unsigned(bytes) << unused) as i64) >> unused
    }
}

/// Returns the header, a Python dictionary, and where the elements begin.
fn header(bytes: &[u8]) -> Option<(String, usize)> {
    let rest = bytes.strip_prefix(b"\x93NUMPY")?;
    let (length, start) = match *rest {
        [1, _, low, high, ..] => (usize::from(u16::from_le_bytes([low, high])), 10_usize),
        [2 | 3, _, a, b, c, d, ..] => (u32::from_le_bytes([a, b, c, d]) as usize, 12),
        _ => return None,
    };
    let header = bytes.get(start..start.checked_add(length)?)?;
    Some((String::from_utf8_lossy(header).into_owned(), start + length))
}

fn write_float(text: &mut String, value: impl Into<f64> + Copy + Display) {
    let wide: f64 = value.into();
    match wide {
        _ if wide.is_nan() => {}
        // Without the sign of -0.
        0.0 => text.push('0'),
        _ => write_to(text, value),
    }
}

fn write_to(text: &mut String, value: impl Display) {
    // Writing to a string cannot fail.
    let _ = write!(text, "{value}");
}

#[cfg(test)]
#[path = "npy_tests.rs"]
mod tests;
