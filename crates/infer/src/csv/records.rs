//! Splits a CSV text into records, each with the line on which it begins.

use csv::{ByteRecord, ReaderBuilder};

use super::text::newlines;

/// Minimum size of a piece, in bytes; a thread reads one at a time.
const MIN_PIECE: usize = 1 << 20;

/// Consecutive records of a text.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    pub text: &'a [u8],
    /// Line of its first byte, from 1.
    pub first_line: u64,
}

/// Splits `text` into pieces of whole records. A text with quotes is one piece: a line end may lie within a quoted value,
/// which only a reader from the start can tell.
pub fn pieces(text: &[u8], first_line: u64) -> Vec<Piece<'_>> {
    if text.contains(&b'"') {
        return vec![Piece { text, first_line }];
    }
    let (mut pieces, mut rest, mut first_line) = (Vec::new(), text, first_line);
    while !rest.is_empty() {
        let least = MIN_PIECE.min(rest.len());
        let end = rest[least..].iter().position(|&byte| byte == b'\n').map_or(rest.len(), |end| least + end + 1);
        let (piece, after) = rest.split_at(end);
        pieces.push(Piece { text: piece, first_line });
        first_line += newlines(piece);
        rest = after;
    }
    pieces
}

impl Piece<'_> {
    /// Calls `visit` with each record and the line on which it begins, until it returns false. Skips empty lines.
    pub fn visit(&self, delimiter: u8, mut visit: impl FnMut(u64, &ByteRecord) -> bool) {
        let mut reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .buffer_capacity(1 << 16)
            .from_reader(self.text);
        let mut record = ByteRecord::new();
        loop {
            let start = reader.position().clone();
            // Reading from memory cannot fail, and records may have any length.
            if !matches!(reader.read_byte_record(&mut record), Ok(true)) {
                return;
            }
            // The reader is before the \n of the previous \r\n, or before empty lines.
            let before = self.text[start.byte() as usize..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
            let line = start.line() - 1 + before.filter(|&&byte| byte == b'\n').count() as u64;
            if !visit(self.first_line + line, &record) {
                return;
            }
        }
    }
}

/// Returns the first record and the byte after it, if there is a record.
pub fn first_record(text: &[u8], delimiter: u8) -> Option<(ByteRecord, usize)> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text);
    let mut record = ByteRecord::new();
    matches!(reader.read_byte_record(&mut record), Ok(true)).then_some(())?;
    Some((record, reader.position().byte() as usize))
}

/// Trims white space.
pub fn trimmed(value: &[u8]) -> &str {
    std::str::from_utf8(value).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &[u8]) -> Vec<(u64, String)> {
        let mut records = Vec::new();
        for piece in pieces(text, 1) {
            piece.visit(b',', |line, record| {
                records.push((line, record.iter().map(trimmed).collect::<Vec<_>>().join("|")));
                true
            });
        }
        records
    }

    #[test]
    fn records_have_the_line_on_which_they_begin() {
        let expected = [(1, "a|b"), (2, "c|d"), (5, "e|f")].map(|(line, text)| (line, text.to_string()));
        assert_eq!(records(b"a,b\nc,d\n\n\ne,f"), expected);
        assert_eq!(records(b"a,b\r\nc,d\r\n\r\n\r\ne,f\r\n"), expected);
        assert_eq!(records(b"\n\na,b\n")[0].0, 3);
        let quoted = records(b"\"a\nb\",1\r\n\"c\r\n,\"\"d\",2\r\ne,3\r\n");
        assert_eq!(quoted.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3, 5]);
        assert_eq!(quoted[1].1, "c\r\n,\"d|2");
    }

    #[test]
    fn the_pieces_of_a_long_text_have_all_records_with_their_lines() {
        let text: String = (1..=400_000).map(|line| format!("{line},x\r\n")).collect();
        assert!(pieces(text.as_bytes(), 1).len() > 2);
        let records = records(text.as_bytes());
        assert_eq!(records.len(), 400_000);
        assert!(records.iter().all(|(line, text)| *text == format!("{line}|x")));
    }

    #[test]
    fn the_rest_begins_after_the_first_record() {
        let text = b"\r\na,\"b\n\"\r\n1,2";
        let (record, end) = first_record(text, b',').unwrap();
        assert_eq!((record.len(), &text[end..]), (2, &b"\n1,2"[..]));
        assert!(first_record(b"\n\n", b',').is_none());
    }
}
