//! Locates the header and the records of a CSV text.

use super::column::Role;
use super::columns::Columns;
use super::dialect::Dialect;
use super::records::{first_record, trimmed};
use super::table::{ReadColumns, Table};
use super::text::newlines;
use crate::{Error, Result};

/// The records of a CSV text.
struct Body {
    text: Vec<u8>,
    /// Where the records begin, after the header: the byte, and the line.
    start: usize,
    first_line: u64,
    delimiter: u8,
}

impl Table {
    /// Reads the header of a CSV `text`.
    ///
    /// # Errors
    /// If the text is empty.
    pub fn of_text(text: Vec<u8>, dialect: Dialect, file: &str) -> Result<Self> {
        let Dialect { header, delimiter } = dialect;
        let (first, end) =
            first_record(&text, delimiter).ok_or_else(|| Error::data(file, "is empty; it needs rows"))?;
        let names = first.iter().map(|name| trimmed(name).to_string()).collect();
        let (start, first_line) = if header { (end, newlines(&text[..end]) + 1) } else { (0, 1) };
        Ok(Self::new(file, names, header, Body { text, start, first_line, delimiter }))
    }
}

impl ReadColumns for Body {
    fn read(&self, names: &[String], roles: &[Role], file: &str) -> Result<Columns> {
        Columns::read(&self.text[self.start..], self.first_line, self.delimiter, names, roles, file)
    }
}
