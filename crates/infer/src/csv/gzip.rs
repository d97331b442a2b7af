//! Files that may be gzip-compressed, told by their first bytes and not by their name.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

/// The uncompressed bytes of `reader`, which may or may not be gzip-compressed.
///
/// Decompression may expand without end: read through [`Read::take`].
pub fn uncompressed<'a>(mut reader: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let mut start = Vec::with_capacity(2);
    reader.by_ref().take(2).read_to_end(&mut start)?;
    let compressed = is_gzip(&start);
    let whole = io::Cursor::new(start).chain(reader);
    Ok(if compressed { Box::new(MultiGzDecoder::new(whole)) } else { Box::new(whole) })
}

/// Whether a file that begins so is gzip-compressed.
pub fn is_gzip(start: &[u8]) -> bool {
    start.starts_with(&[0x1f, 0x8b])
}

/// What is wrong with a file whose [`uncompressed`] bytes could not be read.
pub fn read_problem(error: &io::Error) -> String {
    match error.kind() {
        _ if error.raw_os_error().is_some() => format!("cannot be read: {error}"),
        io::ErrorKind::UnexpectedEof => "is cut short within its gzip stream; fetch it again".into(),
        _ => format!("its gzip stream is damaged ({error}); fetch it again"),
    }
}
