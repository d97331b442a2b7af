//! Recognises gzip compression by a file's first bytes, not by its name.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

/// Decompresses `reader` if it is gzip-compressed.
///
/// A compressed file can expand without limit: read it through [`Read::take`].
pub fn uncompressed<'a>(mut reader: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut start = Vec::with_capacity(2);
    reader.by_ref().take(2).read_to_end(&mut start)?;
    let compressed = is_gzip(&start);
    let whole = io::Cursor::new(start).chain(reader);
    Ok(if compressed { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) })
}

/// Whether a file with this `start` is gzip-compressed.
pub fn is_gzip(start: &[u8]) -> bool {
    start.starts_with(&[0x1f, 0x8b])
}

/// Describes an error in reading [`uncompressed`] bytes.
pub fn read_problem(error: &io::Error) -> String {
    match error.kind() {
        _ if error.raw_os_error().is_some() => format!("cannot be read: {error}"),
        io::ErrorKind::UnexpectedEof => "is cut short within its gzip stream; fetch it again".into(),
        _ => format!("its gzip stream is damaged ({error}); fetch it again"),
    }
}
