//! Locates the columns of a CSV text and names them.

use super::column::Role;
use super::columns::Columns;
use super::dialect::Dialect;
use super::records::{first_record, trimmed};
use super::text::newlines;
use crate::text::quoted;
use crate::{Error, Result};

/// Maximum number of names that a message lists.
const MAX_LISTED: usize = 12;

/// A CSV text and its columns' names.
#[derive(Debug, Clone)]
pub struct Layout<'a> {
    /// The file's name, for messages.
    pub file: &'a str,
    /// From the header; `column 3` for an empty name, `3` without a header.
    pub names: Vec<String>,
    /// Whether the first line names the columns.
    pub header: bool,
    delimiter: u8,
    /// The text after the header.
    body: &'a [u8],
    /// The line on which the body begins.
    first_line: u64,
}

impl<'a> Layout<'a> {
    /// Reads the header of `text`.
    ///
    /// # Errors
    /// If the text is empty.
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

    /// Reads the columns' values.
    ///
    /// # Errors
    /// As [`Columns::read`].
    pub fn read(&self, roles: &[Role]) -> Result<Columns> {
        Columns::read(self.body, self.first_line, self.delimiter, &self.names, roles, self.file)
    }

    /// Finds the column that the header calls `name`.
    ///
    /// # Errors
    /// If several columns have that name.
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

    /// Finds the column that the setting `key` selects by its name, or else by its number from 1.
    ///
    /// # Errors
    /// If it does not exist, or several columns have that name.
    pub fn find(&self, key: &str, selector: &str) -> Result<usize> {
        let selector = selector.trim();
        if let Some(column) = self.named(selector)? {
            return Ok(column);
        }
        let numbered = selector.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        numbered.filter(|&column| column < self.names.len()).ok_or_else(|| {
            let problem = format!("{} is not a column of {}, which has {}", quoted(selector), self.file, self.listed());
            Error::config(key, problem)
        })
    }

    /// Lists the first columns' names.
    pub fn listed(&self) -> String {
        let names: Vec<String> = self.names.iter().take(MAX_LISTED).map(|name| quoted(name)).collect();
        let more = self.names.len().saturating_sub(MAX_LISTED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}", names.join(", "))
    }

    /// Whether the header leaves this column without a name.
    pub fn is_unnamed(&self, column: usize) -> bool {
        self.header && self.names[column] == unnamed(column)
    }
}

fn unnamed(column: usize) -> String {
    format!("column {}", column + 1)
}
