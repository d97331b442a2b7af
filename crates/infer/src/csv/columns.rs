//! Typed columns, and reading those of a CSV text on all threads.

use rayon::prelude::*;

use super::column::{Column, Role};
use super::lines::Lines;
use super::reading::{Damage, Form, Joined, join, read_pieces};
use super::records::pieces;
use crate::text::quoted;
use crate::{Error, Result};

/// The records of a table, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    /// Where each record lies.
    pub lines: Lines,
    pub columns: Vec<Column>,
}

impl Columns {
    /// Reads the records of `text`, which begins on `first_line`, as columns with these `names` and `roles`. Errors call the
    /// file `name`.
    ///
    /// # Errors
    /// With the line, if a record has another length, or a column of numbers holds something else.
    pub fn read(
        text: &[u8],
        first_line: u64,
        form: Form,
        names: &[String],
        roles: &[Role],
        name: &str,
    ) -> Result<Self> {
        let read = Self::read_records(text, first_line, form, names, roles);
        read.map_err(|damage| Error::data(name, damage.problem))
    }

    /// As [`read`](Self::read), but returns the records before the first that is damaged, and the error.
    pub fn read_before_damage(
        text: &[u8],
        first_line: u64,
        form: Form,
        names: &[String],
        roles: &[Role],
        name: &str,
    ) -> (Self, Result<()>) {
        let (mut text, mut result) = (text, Ok(()));
        loop {
            match Self::read_records(text, first_line, form, names, roles) {
                Ok(columns) => return (columns, result),
                Err(damage) => {
                    text = lines_before(text, damage.line - first_line);
                    result = Err(Error::data(name, damage.problem));
                }
            }
        }
    }

    fn read_records(
        text: &[u8],
        first_line: u64,
        form: Form,
        names: &[String],
        roles: &[Role],
    ) -> std::result::Result<Self, Damage> {
        let pieces = pieces(text, first_line);
        let read = read_pieces(&pieces, form, names, roles)?;
        let has_text = |column: usize| read.iter().any(|piece| piece.has_text(column));
        // Read again only the columns that turned out to hold text.
        let again = |(column, &role): (usize, &Role)| match role {
            Role::Either if has_text(column) => Role::Texts,
            _ => Role::LeftOut,
        };
        let again: Vec<Role> = roles.iter().enumerate().map(again).collect();
        let texts = match again.contains(&Role::Texts) {
            true => read_pieces(&pieces, form, names, &again)?,
            false => Vec::new(),
        };
        let lines: Vec<u64> = read.iter().flat_map(|piece| piece.lines()).copied().collect();
        let mut columns = join(read, roles.len());
        for (column, texts) in join(texts, roles.len()).into_iter().enumerate() {
            if again[column] == Role::Texts {
                columns[column] = texts;
            }
        }
        let infinite = columns.iter().zip(names).filter_map(|(column, name)| infinite(column, name));
        match infinite.min_by_key(|damage| damage.line) {
            Some(damage) => Err(damage),
            None => {
                Ok(Self { lines: lines.into(), columns: columns.into_iter().map(|column| column.column).collect() })
            }
        }
    }

    /// Keeps only the records `rows`, which ascend.
    pub fn keep(&mut self, rows: &[usize]) {
        fn kept<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().map(|&row| values[row]).collect()
        }
        self.lines.keep(rows);
        self.columns.par_iter_mut().for_each(|column| match column {
            Column::LeftOut => {}
            Column::Numbers(numbers) => *numbers = kept(numbers, rows),
            Column::Texts(texts) => texts.rows = kept(&texts.rows, rows),
        });
    }

    /// Number of records.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }
}

/// The first value of a column of numbers that is infinite or beyond the range of f32.
fn infinite(joined: &Joined, name: &str) -> Option<Damage> {
    let (Column::Numbers(_), Some((line, value))) = (&joined.column, &joined.too_large) else { return None };
    let (name, value) = (quoted(name), quoted(value));
    let problem = format!("line {line}, column {name}: {value} is infinite or too large; fix it");
    Some(Damage { line: *line, problem })
}

/// The first `count` lines of a text.
fn lines_before(text: &[u8], count: u64) -> &[u8] {
    let ends = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(end, _)| end + 1);
    let end = [0].into_iter().chain(ends).nth(usize::try_from(count).unwrap_or(usize::MAX));
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
#[path = "columns_tests.rs"]
mod tests;
