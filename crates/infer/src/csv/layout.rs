//! Locates the header and the records of a CSV text.

use std::path::PathBuf;

use super::blanks::with_tabs;
use super::column::Role;
use super::columns::ReadingColumns;
use super::dialect::Dialect;
use super::pieces::Pieces;
use super::reading::Reading;
use super::records::{Cut, as_text, first_record, trimmed};
use super::sample::BLANK;
use super::table::{ReadColumns, SAMPLE, Table};
use super::text::newlines;
use crate::table::Notation;
use crate::{Error, Result};

/// The records of a CSV text.
struct Body {
    text: Text,
    /// Where the records begin, after the header: the byte, and the line.
    start: usize,
    first_line: u64,
    cut: Cut,
}

enum Text {
    Held(Vec<u8>),
    /// A file that is read again each time, piece by piece.
    File(PathBuf),
}

/// The header of a text, and where the records begin: the byte, and the line.
struct Header {
    names: Vec<String>,
    start: usize,
    first_line: u64,
}

impl Table {
    /// Reads the header of a CSV `text`.
    ///
    /// # Errors
    /// If the text is empty.
    pub fn of_text(text: Vec<u8>, dialect: Dialect, file: &str) -> Result<Self> {
        let above = newlines(&text[..dialect.start]);
        let (text, start, delimiter) = match dialect.delimiter {
            BLANK => (with_tabs(&text[dialect.start..]), 0, b'\t'),
            delimiter => (text, dialect.start, delimiter),
        };
        let cut = Cut { delimiter, comment: dialect.comment };
        let Header { names, start, first_line } = Header::of(&text, start, above, cut, &dialect, file)?;
        Ok(Self::of_body(Body { text: Text::Held(text), start, first_line, cut }, names, dialect, file))
    }

    /// Reads the header of the CSV file at `path`, of which `text` are the first lines, after `skipped` bytes. Its
    /// values are read piece by piece, and never held together.
    ///
    /// # Errors
    /// If the text is empty.
    pub fn of_file(path: PathBuf, text: &[u8], skipped: usize, dialect: Dialect, file: &str) -> Result<Self> {
        let above = newlines(&text[..dialect.start]);
        let cut = Cut { delimiter: dialect.delimiter, comment: dialect.comment };
        let Header { names, start, first_line } = Header::of(text, dialect.start, above, cut, &dialect, file)?;
        let body = Body { text: Text::File(path), start: skipped + start, first_line, cut };
        Ok(Self::of_body(body, names, dialect, file))
    }

    fn of_body(body: Body, names: Vec<String>, dialect: Dialect, file: &str) -> Self {
        let mut table = Self::new(file, names, dialect.header, body);
        table.notes = dialect.notes;
        table
    }
}

impl Header {
    /// Reads the header of a `text` whose table begins at the byte `start`, with so many lines `above` it.
    fn of(text: &[u8], start: usize, above: u64, cut: Cut, dialect: &Dialect, file: &str) -> Result<Self> {
        let table = &text[start..];
        let (first, end) = first_record(table, cut).ok_or_else(|| Error::data(file, "is empty; it needs rows"))?;
        let row_names = dialect.row_names.then_some("");
        let names =
            row_names.into_iter().chain(first.iter().map(|name| trimmed(as_text(name)))).chain(std::iter::repeat(""));
        let names = names.take(dialect.columns.max(1)).map(String::from).collect();
        let end = if dialect.header { end } else { 0 };
        Ok(Self { names, start: start + end, first_line: above + newlines(&table[..end]) + 1 })
    }
}

impl Body {
    fn pieces(&self, file: &str) -> Result<Pieces<'_>> {
        match &self.text {
            Text::Held(text) => Ok(Pieces::of_text(as_text(&text[self.start..]), self.cut, self.first_line)),
            Text::File(path) => Pieces::of_file(path, self.start as u64, self.cut, self.first_line)
                .map_err(|error| Error::data(file, format!("cannot be read: {error}"))),
        }
    }
}

impl ReadColumns for Body {
    fn read<'n>(
        &self,
        names: &[String],
        roles: &[Role],
        file: &str,
        notation: &'n Notation,
    ) -> Result<ReadingColumns<'n>> {
        Ok(Reading { cut: self.cut, names, roles, notation, file }.read(self.pieces(file)?))
    }

    fn sample(&self, roles: &[Role], take: &mut dyn FnMut(usize, &str)) {
        // What cannot be read is found by reading all.
        let Some(Ok(piece)) = self.pieces("").ok().and_then(|mut pieces| pieces.next()) else { return };
        let mut records = 0;
        piece.visit(self.cut, |_, record| {
            let values = record.iter().zip(roles).enumerate();
            for (column, (value, _)) in values.filter(|(_, (_, role))| **role != Role::LeftOut) {
                take(column, trimmed(value));
            }
            records += 1;
            records < SAMPLE
        });
    }
}
