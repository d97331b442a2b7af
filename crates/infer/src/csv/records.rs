//! Splits a CSV text into records, each with the line on which it begins.

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::pieces::Piece;
use super::text::newlines;

/// How to cut a text into values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cut {
    pub delimiter: u8,
    /// What begins a line that is not a record.
    pub comment: Option<u8>,
}

impl Cut {
    pub fn reader(self, text: &[u8]) -> Reader<&[u8]> {
        let mut builder = ReaderBuilder::new();
        builder.has_headers(false).flexible(true).delimiter(self.delimiter).comment(self.comment);
        builder.buffer_capacity(1 << 16).from_reader(text)
    }
}

impl Piece<'_> {
    /// Calls `visit` with each record and the line on which it begins, until it returns false. Skips empty lines.
    pub fn visit(&self, cut: Cut, mut visit: impl FnMut(u64, &ByteRecord) -> bool) {
        let mut reader = cut.reader(&self.text);
        let mut record = ByteRecord::new();
        loop {
            let start = reader.position().clone();
            // Reading from memory cannot fail, and records may have any length.
            if !matches!(reader.read_byte_record(&mut record), Ok(true)) {
                return;
            }
            let before = start.byte() as usize;
            let line = start.line() - 1 + newlines(&self.text[before..record_start(&self.text, before, cut.comment)]);
            if !visit(self.first_line + line, &record) {
                return;
            }
        }
    }
}

/// Finds the record that begins at or after a reader's position, which may be before the \n of the previous \r\n, before
/// empty lines, and before comments.
pub fn record_start(text: &[u8], position: usize, comment: Option<u8>) -> usize {
    let mut at = position;
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\r' | b'\n' => at += 1,
            _ if Some(byte) == comment => {
                at += text[at..].iter().position(|&byte| byte == b'\n').unwrap_or(text.len() - at);
            }
            _ => break,
        }
    }
    at
}

/// Returns the first record and the byte after it, if there is a record.
pub fn first_record(text: &[u8], cut: Cut) -> Option<(ByteRecord, usize)> {
    let mut reader = cut.reader(text);
    let mut record = ByteRecord::new();
    matches!(reader.read_byte_record(&mut record), Ok(true)).then_some(())?;
    Some((record, reader.position().byte() as usize))
}

/// Trims white space.
pub fn trimmed(value: &[u8]) -> &str {
    let text = std::str::from_utf8(value).unwrap_or_default();
    match value {
        // Usually there is none, and looking for it takes longer.
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::pieces::Pieces;
    use super::*;

    const COMMAS: Cut = Cut { delimiter: b',', comment: Some(b'#') };

    fn records(text: &[u8]) -> Vec<(u64, String)> {
        let mut records = Vec::new();
        for piece in Pieces::of_text(text, 1) {
            piece.unwrap().visit(COMMAS, |line, record| {
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
        assert_eq!(
            records(b"# x\r\n\r\n# y, z\r\na,b\r\n#c\r\nc,d\r\n").iter().map(|(line, _)| *line).collect::<Vec<_>>(),
            [4, 6]
        );
        let quoted = records(b"\"a\nb\",1\r\n\"c\r\n,\"\"d\",2\r\ne,3\r\n");
        assert_eq!(quoted.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 3, 5]);
        assert_eq!(quoted[1].1, "c\r\n,\"d|2");
    }

    #[test]
    fn the_rest_begins_after_the_first_record() {
        let text = b"\r\na,\"b\n\"\r\n1,2";
        let (record, end) = first_record(text, COMMAS).unwrap();
        assert_eq!((record.len(), &text[end..]), (2, &b"\n1,2"[..]));
        assert!(first_record(b"\n\n", COMMAS).is_none());
    }
}
