//! Where the columns of a CSV text are and what they are called.

use super::columns::{Columns, Role};
use super::dialect::Dialect;
use super::records::{first_record, trimmed};
use super::text::newlines;
use crate::text::quoted;
use crate::{Error, Result};

/// Most names that a message lists.
const LISTED: usize = 12;

/// A CSV text with its columns' names.
#[derive(Debug, Clone)]
pub struct Layout<'a> {
    /// The file's name, for messages.
    pub file: &'a str,
    /// As in the first line; `column 3` where that has none, `3` where there is no such line.
    pub names: Vec<String>,
    /// Whether the names stand in the first line.
    pub header: bool,
    delimiter: u8,
    /// The text after the names.
    body: &'a [u8],
    /// The line on which that begins.
    first_line: u64,
}

impl<'a> Layout<'a> {
    /// # Errors
    /// If there is no line.
    pub fn of(text: &'a [u8], dialect: Dialect, file: &'a str) -> Result<Self> {
        let (first, end) =
            first_record(text, dialect.delimiter).ok_or_else(|| Error::data(file, "is empty; it needs rows"))?;
        let name = |(column, value): (usize, &[u8])| match (dialect.header, trimmed(value)) {
            (true, "") => unnamed(column),
            (true, name) => name.to_string(),
            (false, _) => (column + 1).to_string(),
        };
        let names = first.iter().enumerate().map(name).collect();
        let Dialect { header, delimiter } = dialect;
        let (body, first_line) = match header {
            true => (&text[end..], newlines(&text[..end]) + 1),
            false => (text, 1),
        };
        Ok(Self { file, names, header, delimiter, body, first_line })
    }

    /// The columns' values.
    ///
    /// # Errors
    /// As [`Columns::read`].
    pub fn read(&self, roles: &[Role]) -> Result<Columns> {
        Columns::read(self.body, self.first_line, self.delimiter, &self.names, roles, self.file)
    }

    /// The column that is called so in the first line, if there is exactly one.
    ///
    /// # Errors
    /// If several are called so.
    pub fn named(&self, name: &str) -> Result<Option<usize>> {
        let mut found = (0..self.names.len()).filter(|&column| self.names[column] == name);
        match (found.next(), found.next()) {
            (Some(one), Some(other)) => {
                let (one, other) = (one + 1, other + 1);
                let problem = format!("has two columns {}, the {}. and the {}.; rename one", quoted(name), one, other);
                Err(Error::data(self.file, problem))
            }
            (found, _) => Ok(found),
        }
    }

    /// The column that the setting `key` means by `selector`: a name, or else a number from 1.
    ///
    /// # Errors
    /// If there is no such column, or several.
    pub fn find(&self, key: &str, selector: &str) -> Result<usize> {
        let selector = selector.trim();
        if let Some(column) = self.named(selector)? {
            return Ok(column);
        }
        let numbered = selector.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        numbered.filter(|&column| column < self.names.len()).ok_or_else(|| {
            let problem = format!("{} is no column of {}, which has {}", quoted(selector), self.file, self.listed());
            Error::config(key, problem)
        })
    }

    /// The columns' names, the first of them.
    pub fn listed(&self) -> String {
        let names: Vec<String> = self.names.iter().take(LISTED).map(|name| quoted(name)).collect();
        let more = self.names.len().saturating_sub(LISTED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}", names.join(", "))
    }

    /// Whether the first line leaves this column without a name.
    pub fn is_unnamed(&self, column: usize) -> bool {
        self.header && self.names[column] == unnamed(column)
    }
}

fn unnamed(column: usize) -> String {
    format!("column {}", column + 1)
}
