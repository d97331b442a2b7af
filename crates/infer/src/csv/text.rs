//! Reads a CSV file as UTF-8 text, decompressed and without a byte order mark, also from UTF-16 and UTF-32.

use std::io::Read;
use std::str::Utf8Error;

use memchr::memchr_iter;

use super::gzip::{is_gzip, read_problem, uncompressed};
use crate::encoding::Encoding;
use crate::memory;
use crate::signature::FileKind;
use crate::{Error, Result};

const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// Maximum length of a text, in bytes: a compressed file can expand without limit.
const MAX_TEXT: u64 = 16 << 30;

/// Reads the whole text of `reader`, raw or gzip-compressed. `expected` is its length in bytes, or 0 if unknown. Lines end
/// with `\n` or `\r\n`.
///
/// # Errors
/// If it cannot be read, is too large, or is not a text of rows in UTF-8, UTF-16 or UTF-32.
pub fn read_text(reader: impl Read, expected: u64, name: &str) -> Result<Vec<u8>> {
    let bytes = read_bytes(reader, expected, name)?;
    match FileKind::of(&bytes) {
        Some(kind) => Err(Error::data(name, kind.problem())),
        None => decode(bytes, name),
    }
}

/// Reads a text as [`read_text`] does, also if it is JSON.
///
/// # Errors
/// As [`read_text`].
pub fn read_json(reader: impl Read, expected: u64, name: &str) -> Result<Vec<u8>> {
    decode(read_bytes(reader, expected, name)?, name)
}

/// Reads the start of a text in UTF-8 with usual line ends, which can be read piece by piece; `None` for any other file.
/// Without a byte order mark, whose length is returned, and only whole lines.
pub fn start_of_plain_text(start: &[u8]) -> Option<(usize, &[u8])> {
    let mark = if start.starts_with(UTF8_MARK) { UTF8_MARK.len() } else { 0 };
    let end = start.iter().rposition(|&byte| byte == b'\n')? + 1;
    let is_other = is_gzip(start) || FileKind::of(start).is_some() || Encoding::of(start).is_some();
    (!is_other && mark < end && std::str::from_utf8(&start[mark..end]).is_ok()).then(|| (mark, &start[mark..end]))
}

/// Whether a file with this `start` is a text in UTF-16 or UTF-32.
pub fn is_wide_text(start: &[u8]) -> bool {
    Encoding::of(start).is_some()
}

fn read_bytes(reader: impl Read, expected: u64, name: &str) -> Result<Vec<u8>> {
    let fail = |problem: String| Error::data(name, problem);
    let longest = MAX_TEXT.min(memory::free());
    let too_long = || fail(format!("holds more text than memory can, {longest} bytes; split it"));
    let mut bytes = Vec::new();
    let capacity = usize::try_from(expected.min(longest)).ok();
    let fits = capacity.is_some_and(|capacity| bytes.try_reserve_exact(capacity + 1).is_ok());
    if expected > longest || !fits {
        return Err(too_long());
    }
    let plain = uncompressed(reader).map_err(|error| fail(format!("cannot be read: {error}")))?;
    plain.take(longest + 1).read_to_end(&mut bytes).map_err(|error| fail(read_problem(&error)))?;
    if bytes.len() as u64 > longest { Err(too_long()) } else { Ok(bytes) }
}

fn decode(bytes: Vec<u8>, name: &str) -> Result<Vec<u8>> {
    let fail = |problem: String| Error::data(name, problem);
    let mut text = bytes;
    if let Some(encoding) = Encoding::of(&text) {
        let not_text =
            |line| fail(format!("line {line}: is not {}, as its start is; save the file as UTF-8", encoding.name));
        text = encoding.decode(&text).map_err(not_text)?;
    }
    std::str::from_utf8(&text).map_err(|error| fail(not_utf8(&text, error, 1)))?;
    if text.starts_with(UTF8_MARK) {
        text.drain(..UTF8_MARK.len());
    }
    // Old Macintosh files end lines with \r alone.
    if text.contains(&b'\r') && !text.contains(&b'\n') {
        text.iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
    }
    Ok(text)
}

/// Says where a `text` that begins on `first_line` is not UTF-8.
pub(super) fn not_utf8(text: &[u8], error: Utf8Error, first_line: u64) -> String {
    let (before, byte) = (&text[..error.valid_up_to()], text[error.valid_up_to()]);
    format!(
        "line {}: byte 0x{byte:02x} is not UTF-8; save the file as UTF-8 (an older file from Windows: `iconv -f \
         WINDOWS-1252 -t UTF-8`)",
        first_line + newlines(before)
    )
}

/// Counts the line ends in `text`.
pub fn newlines(text: &[u8]) -> u64 {
    memchr_iter(b'\n', text).count() as u64
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn problem(bytes: &[u8]) -> String {
        read_text(bytes, 0, "a.csv").unwrap_err().to_string()
    }

    #[test]
    fn a_byte_order_mark_and_compression_leave_the_text_as_it_is() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(b"\xef\xbb\xbfa,b\r\n").unwrap();
        for bytes in [&b"a,b\r\n"[..], b"\xef\xbb\xbfa,b\r\n", &gzip.finish().unwrap()] {
            assert_eq!(read_text(bytes, 0, "a.csv").unwrap(), b"a,b\r\n");
        }
        assert_eq!(read_text(&b"a\rb\r"[..], 100, "a.csv").unwrap(), b"a\nb\n");
    }

    #[test]
    fn utf16_is_read() {
        assert_eq!(read_text(&b"\xff\xfea\0,\0b\0\n\0"[..], 0, "a.csv").unwrap(), b"a,b\n");
        assert_eq!(read_text(&b"\0a\0,\0b\0\n"[..], 0, "a.csv").unwrap(), b"a,b\n");
    }

    #[test]
    fn a_file_that_claims_to_be_enormous_costs_no_memory() {
        let message = read_text(&b"a,b"[..], u64::MAX, "a.csv").unwrap_err().to_string();
        assert!(message.starts_with("a.csv holds more text than memory"), "{message}");
    }

    #[test]
    fn a_file_that_is_not_utf8_is_refused_with_the_way_to_convert_it() {
        let message = problem(b"name,class\nna\xefve,1\n");
        assert!(message.starts_with("a.csv: line 2: byte 0xef is not UTF-8; save the file as UTF-8"), "{message}");
        assert!(problem(b"PK\x03\x04\0").starts_with("a.csv is a zip archive; unpack it"));
        assert!(problem(b"\xff\xfea\0\n\0\x00\xd8b\0").starts_with("a.csv: line 2: is not UTF-16"));
        assert!(problem(b"\x1f\x8b\x08\x00cut").contains("gzip"));
    }
}
