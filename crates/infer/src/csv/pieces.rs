//! Splits a text into pieces of whole records, which are read one a thread.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use memchr::{memchr, memrchr};

use super::records::Cut;
use super::text::{newlines, not_utf8};

/// Size of a piece, in bytes, unless a record is longer.
const PIECE: usize = 1 << 20;

/// Consecutive records of a text.
#[derive(Debug, Clone)]
pub struct Piece<'t> {
    pub text: Cow<'t, str>,
    /// Line of its first byte, from 1.
    pub first_line: u64,
}

/// The pieces of a text, which is cut between records.
pub struct Pieces<'t> {
    rest: Rest<'t>,
    /// Number of bytes of all pieces.
    pub bytes: u64,
    cut: Cut,
    next_line: u64,
}

enum Rest<'t> {
    Text(&'t str),
    File {
        file: File,
        /// The start of the next piece, read with the one before.
        ahead: Vec<u8>,
    },
}

impl<'t> Pieces<'t> {
    /// Splits `text`, which begins on `first_line`.
    pub fn of_text(text: &'t str, cut: Cut, first_line: u64) -> Self {
        Self { rest: Rest::Text(text), bytes: text.len() as u64, cut, next_line: first_line }
    }

    /// Splits a file in UTF-8 from the byte `start` on, where `first_line` begins, without holding it in memory.
    pub fn of_file(path: &Path, start: u64, cut: Cut, first_line: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(start))?;
        let bytes = file.metadata()?.len().saturating_sub(start);
        Ok(Self { rest: Rest::File { file, ahead: Vec::new() }, bytes, cut, next_line: first_line })
    }
}

impl<'t> Iterator for Pieces<'t> {
    /// An error is a sentence.
    type Item = Result<Piece<'t>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let first_line = self.next_line;
        let text = match &mut self.rest {
            Rest::Text(text) => Ok(Cow::Borrowed(next_of_text(text, self.cut))),
            Rest::File { file, ahead } => match next_of_file(file, ahead, self.cut) {
                Ok(bytes) => String::from_utf8(bytes)
                    .map(Cow::Owned)
                    .map_err(|error| not_utf8(error.as_bytes(), error.utf8_error(), first_line)),
                Err(error) => Err(format!("cannot be read: {error}")),
            },
        };
        if matches!(&text, Ok(text) if text.is_empty()) {
            return None;
        }
        Some(text.map(|text| {
            self.next_line += newlines(text.as_bytes());
            Piece { text, first_line }
        }))
    }
}

fn next_of_text<'t>(text: &mut &'t str, cut: Cut) -> &'t str {
    let mut length = PIECE;
    let end = loop {
        let Some(start) = text.as_bytes().get(..length) else { break text.len() };
        match whole_records(start, cut) {
            0 => length *= 2,
            end => break end,
        }
    };
    let (piece, rest) = text.split_at(end);
    *text = rest;
    piece
}

fn next_of_file(file: &mut File, ahead: &mut Vec<u8>, cut: Cut) -> io::Result<Vec<u8>> {
    let mut piece = Vec::with_capacity(PIECE.max(ahead.len()));
    piece.append(ahead);
    let mut length = PIECE;
    loop {
        file.by_ref().take(length.saturating_sub(piece.len()) as u64).read_to_end(&mut piece)?;
        if piece.len() < length {
            return Ok(piece);
        }
        match whole_records(&piece, cut) {
            0 => length = 2 * piece.len(),
            end => {
                *ahead = piece.split_off(end);
                return Ok(piece);
            }
        }
    }
}

/// Returns the length of the whole records at the start of `text`, which begins with a record; 0 if there is none.
fn whole_records(text: &[u8], cut: Cut) -> usize {
    let (mut end, mut at) = (0, 0);
    loop {
        let quote = memchr(b'"', &text[at..]).map(|quote| at + quote);
        if let Some(newline) = memrchr(b'\n', &text[at..quote.unwrap_or(text.len())]) {
            end = at + newline + 1;
        }
        let Some(quote) = quote else { return end };
        if cut.comment.is_some() {
            // It may be in a comment, where it does not count.
            return 0;
        }
        let begins_value = quote == 0 || matches!(text[quote - 1], b'\n' | b'\r') || text[quote - 1] == cut.delimiter;
        let after = if begins_value { after_quoted(text, quote + 1) } else { Some(quote + 1) };
        let Some(after) = after else { return end };
        at = after;
    }
}

/// Finds the byte after the quote that closes a value, of which the byte `from` is the first.
fn after_quoted(text: &[u8], from: usize) -> Option<usize> {
    let mut from = from;
    loop {
        let after = from + memchr(b'"', &text[from..])? + 1;
        match text.get(after) {
            // Two quotes stand for one.
            Some(b'"') => from = after + 1,
            _ => return Some(after),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::csv::records::trimmed;

    const COMMAS: Cut = Cut { delimiter: b',', comment: None };

    /// The records of all pieces with their lines, and the number of pieces.
    fn records(pieces: Pieces) -> (Vec<(u64, String)>, usize) {
        let (mut records, mut count) = (Vec::new(), 0);
        for piece in pieces {
            piece.unwrap().visit(COMMAS, |line, record| {
                records.push((line, record.iter().map(|value| trimmed(value)).collect::<Vec<_>>().join("|")));
                true
            });
            count += 1;
        }
        (records, count)
    }

    #[test]
    fn the_pieces_of_a_long_text_or_file_have_all_records_with_their_lines() {
        let text: String = (1..=400_000).map(|line| format!("{line},x\r\n")).collect();
        let quoted = format!("{text}\"a\nb\",c\r\n{text}");
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("t.csv");
        for (text, pieces) in [(&text, 4), (&quoted, 8)] {
            std::fs::write(&path, text).unwrap();
            let (held, count) = records(Pieces::of_text(text, COMMAS, 1));
            assert!(held.iter().enumerate().all(|(index, (line, _))| *line > index as u64));
            assert!(held[..400_000].iter().all(|(line, text)| *text == format!("{line}|x")));
            assert!(count >= pieces, "{count}");
            assert_eq!(records(Pieces::of_file(&path, 0, COMMAS, 1).unwrap()).0, held);
        }
        let (last, _) = records(Pieces::of_text(&quoted, COMMAS, 1));
        assert_eq!(last[400_000], (400_001, "a\nb|c".to_string()));
        assert_eq!(last[400_001], (400_003, "1|x".to_string()));
    }

    #[test]
    fn a_long_value_with_line_ends_stays_in_one_piece() {
        let long = format!("1,\"{}\"\n2,b\n", "x\ny\n".repeat(PIECE));
        let (records, count) = records(Pieces::of_text(&long.repeat(2), COMMAS, 1));
        assert_eq!((records.len(), count), (4, 2));
        assert_eq!(records[3], (4 + 4 * PIECE as u64, "2|b".to_string()));
        // Nothing closes the quote.
        assert_eq!(self::records(Pieces::of_text(&long.replace("\"\n2", "\n2"), COMMAS, 1)).0.len(), 1);
    }

    proptest! {
        #[test]
        fn a_text_is_cut_between_records(text in "[ab,\"\"\r\n\n]{0,40}") {
            let piece = |text: &str| Piece { text: text.to_string().into(), first_line: 1 };
            let records = |text: &str| {
                let mut records = Vec::new();
                piece(text).visit(COMMAS, |_, record| {
                    records.push(record.iter().map(|value| value.to_string()).collect::<Vec<_>>());
                    true
                });
                records
            };
            let (whole, rest) = text.split_at(whole_records(text.as_bytes(), COMMAS));
            prop_assert_eq!([records(whole), records(rest)].concat(), records(&text));
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_are_placed_by_their_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("t.csv");
        let text = [b"a,b\n".repeat(500_000), b"na\xefve,1\n".to_vec()].concat();
        std::fs::write(&path, text).unwrap();
        let problem = Pieces::of_file(&path, 4, COMMAS, 2).unwrap().find_map(Result::err).unwrap();
        assert!(problem.starts_with("line 500001: byte 0xef is not UTF-8; save the file as UTF-8"), "{problem}");
    }
}
