//! Recognises images and rows by a file's first bytes.

use crate::encoding::Encoding;
use crate::signature::FileKind;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// An image, of a supported format or not.
    Image,
    /// Text: rows of CSV.
    Rows,
}

/// Maximum number of bytes that [`Content::of`] looks at.
pub const CONTENT_BYTES: usize = 4096;

impl Content {
    /// Recognises a file by its `start`. Bytes that are neither a known image nor text count as an image, since decoding
    /// them reports the supported formats.
    pub fn of(start: &[u8]) -> Self {
        let start = &start[..start.len().min(CONTENT_BYTES)];
        match is_image(start) || !(is_text(start) || is_table(start)) {
            true => Self::Image,
            false => Self::Rows,
        }
    }
}

/// Whether the reader of tables knows these bytes: compressed, in UTF-16, or of a format that it names.
fn is_table(start: &[u8]) -> bool {
    match FileKind::of(start) {
        Some(kind) => !kind.is_image(),
        None => start.starts_with(&[0x1f, 0x8b]) || Encoding::of(start).is_some(),
    }
}

/// Checks the signatures of PNG, JPEG, BMP, GIF, TIFF, WebP and PNM, strictly enough that columns named BMI or P5 are not images.
fn is_image(start: &[u8]) -> bool {
    match start {
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] => true,
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => true,
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => true,
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => true,
        [b'B', b'M', _, _, _, _, 0, 0, 0, 0, ..] => true,
        [b'P', b'1'..=b'7', after, ..] => after.is_ascii_whitespace(),
        _ => false,
    }
}

/// Checks for UTF-8 without control characters; the last character may be cut off.
fn is_text(start: &[u8]) -> bool {
    let valid = match std::str::from_utf8(start) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&start[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    valid.chars().all(|character| !character.is_control() || "\t\r\n\u{c}".contains(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_and_rows_are_recognised_by_their_first_bytes() {
        let images: [&[u8]; 6] = [
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff\xe0",
            b"BM\x46\0\0\0\0\0\0\0\x36",
            b"P5\n2 2\n255\n",
            b"P2 2 2",
            b"GIF89a\0\x01",
        ];
        for image in images {
            assert_eq!(Content::of(image), Content::Image, "{image:?}");
        }
        for rows in [&b"\x1f\x8b\x08"[..], b"\xff\xfea\0,\0", b"a\0,\0b\0\n\0", b"PAR1\x15\0", b"PK\x03\x04\0"] {
            assert_eq!(Content::of(rows), Content::Rows, "{rows:?}");
        }
        for rows in ["BMI,age\n20,3\n", "P5,P6\n1,2\n", "1.0,2.0\r\n", "größe;x\n", "", "\u{feff}a,b\n"] {
            assert_eq!(Content::of(rows.as_bytes()), Content::Rows, "{rows:?}");
        }
        let long = "ö".repeat(CONTENT_BYTES);
        assert_eq!(Content::of(&long.as_bytes()[1..]), Content::Image, "half a character at the start");
        assert_eq!(Content::of(&[b"a", long.as_bytes()].concat()), Content::Rows, "half a character at the end");
    }
}
