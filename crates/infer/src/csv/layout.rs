//! Locates the header and the records of a CSV text.

use super::blanks::with_tabs;
use super::column::Role;
use super::columns::ReadingColumns;
use super::dialect::Dialect;
use super::reading::Reading;
use super::records::{Cut, Piece, first_record, trimmed};
use super::sample::BLANK;
use super::table::{ReadColumns, SAMPLE, Table};
use super::text::newlines;
use crate::table::Notation;
use crate::{Error, Result};

/// The records of a CSV text.
struct Body {
    text: Vec<u8>,
    /// Where the records begin, after the header: the byte, and the line.
    start: usize,
    first_line: u64,
    cut: Cut,
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
        let table = &text[start..];
        let (first, end) = first_record(table, cut).ok_or_else(|| Error::data(file, "is empty; it needs rows"))?;
        let row_names = dialect.row_names.then_some("");
        let names = row_names.into_iter().chain(first.iter().map(trimmed)).chain(std::iter::repeat(""));
        let names = names.take(dialect.columns.max(1)).map(String::from).collect();
        let end = if dialect.header { end } else { 0 };
        let first_line = above + newlines(&table[..end]) + 1;
        let body = Body { start: start + end, text, first_line, cut };
        let mut table = Self::new(file, names, dialect.header, body);
        table.notes = dialect.notes;
        Ok(table)
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
        Ok(Reading { cut: self.cut, names, roles, notation, file }.read(&self.text[self.start..], self.first_line))
    }

    fn sample(&self, roles: &[Role], take: &mut dyn FnMut(usize, &str)) {
        let mut records = 0;
        Piece { text: &self.text[self.start..], first_line: 1 }.visit(self.cut, |_, record| {
            for (column, (value, _)) in
                record.iter().zip(roles).enumerate().filter(|(_, (_, role))| **role != Role::LeftOut)
            {
                take(column, trimmed(value));
            }
            records += 1;
            records < SAMPLE
        });
    }
}
