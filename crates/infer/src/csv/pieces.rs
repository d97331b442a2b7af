//! Splits a text into pieces of whole records, which are read one a thread.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use super::text::{check_is_utf8, newlines};

/// Minimum size of a piece, in bytes.
const MIN_PIECE: usize = 1 << 20;

/// Consecutive records of a text.
#[derive(Debug, Clone)]
pub struct Piece<'t> {
    pub text: Cow<'t, [u8]>,
    /// Line of its first byte, from 1.
    pub first_line: u64,
}

/// The pieces of a text. From the first quote on it is one piece: a line end may lie within a quoted value, which only a
/// reader from the start can tell.
pub struct Pieces<'t> {
    rest: Rest<'t>,
    next_line: u64,
}

enum Rest<'t> {
    Text(&'t [u8]),
    File(BufReader<File>),
}

impl<'t> Pieces<'t> {
    /// Splits `text`, which begins on `first_line`.
    pub fn of_text(text: &'t [u8], first_line: u64) -> Self {
        Self { rest: Rest::Text(text), next_line: first_line }
    }

    /// Splits a file in UTF-8 from the byte `start` on, where `first_line` begins, without holding it in memory.
    pub fn of_file(path: &Path, start: u64, first_line: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::Start(start))?;
        Ok(Self { rest: Rest::File(BufReader::new(file)), next_line: first_line })
    }
}

impl<'t> Iterator for Pieces<'t> {
    /// An error is a sentence.
    type Item = Result<Piece<'t>, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let first_line = self.next_line;
        let text = match &mut self.rest {
            Rest::Text(text) => Cow::Borrowed(next_of_text(text)),
            Rest::File(file) => match next_of_file(file) {
                Ok(text) => Cow::Owned(text),
                Err(error) => return Some(Err(format!("cannot be read: {error}"))),
            },
        };
        if text.is_empty() {
            return None;
        }
        if matches!(self.rest, Rest::File(_))
            && let Err(problem) = check_is_utf8(&text, first_line)
        {
            return Some(Err(problem));
        }
        self.next_line += newlines(&text);
        Some(Ok(Piece { text, first_line }))
    }
}

fn next_of_text<'t>(text: &mut &'t [u8]) -> &'t [u8] {
    let least = MIN_PIECE.min(text.len());
    let end = text[least..].iter().position(|&byte| byte == b'\n').map_or(text.len(), |end| least + end + 1);
    let end = if text[..end].contains(&b'"') { text.len() } else { end };
    let (piece, rest) = text.split_at(end);
    *text = rest;
    piece
}

fn next_of_file(file: &mut BufReader<File>) -> io::Result<Vec<u8>> {
    let mut piece = Vec::with_capacity(MIN_PIECE + (1 << 12));
    file.by_ref().take(MIN_PIECE as u64).read_to_end(&mut piece)?;
    if piece.last().is_some_and(|&last| last != b'\n') {
        file.read_until(b'\n', &mut piece)?;
    }
    if piece.contains(&b'"') {
        file.read_to_end(&mut piece)?;
    }
    Ok(piece)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::csv::records::{Cut, trimmed};

    /// The records of all pieces with their lines, and the number of pieces.
    fn records(pieces: Pieces) -> (Vec<(u64, String)>, usize) {
        let (mut records, mut count) = (Vec::new(), 0);
        for piece in pieces {
            piece.unwrap().visit(Cut { delimiter: b',', comment: None }, |line, record| {
                records.push((line, record.iter().map(trimmed).collect::<Vec<_>>().join("|")));
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
        for (text, pieces) in [(&text, 4), (&quoted, 4)] {
            std::fs::write(&path, text).unwrap();
            let (held, count) = records(Pieces::of_text(text.as_bytes(), 1));
            assert!(held.iter().enumerate().all(|(index, (line, _))| *line > index as u64));
            assert!(held[..400_000].iter().all(|(line, text)| *text == format!("{line}|x")));
            assert!(count >= pieces, "{count}");
            assert_eq!(records(Pieces::of_file(&path, 0, 1).unwrap()).0, held);
        }
        let (last, _) = records(Pieces::of_text(quoted.as_bytes(), 1));
        assert_eq!(last[400_000], (400_001, "a\nb|c".to_string()));
        assert_eq!(last[400_001], (400_003, "1|x".to_string()));
    }

    #[test]
    fn bytes_that_are_not_utf8_are_placed_by_their_line() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("t.csv");
        let text = [b"a,b\n".repeat(500_000), b"na\xefve,1\n".to_vec()].concat();
        std::fs::write(&path, text).unwrap();
        let problem = Pieces::of_file(&path, 4, 2).unwrap().find_map(Result::err).unwrap();
        assert!(problem.starts_with("line 500001: byte 0xef is not UTF-8; save the file as UTF-8"), "{problem}");
    }
}
