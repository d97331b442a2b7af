//! Typed columns, and reading those of a CSV text on all threads.

use rayon::prelude::*;

use super::column::{Column, Role};
use super::lines::Lines;
use super::reading::{Form, Joined, join, read_pieces};
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
        let pieces = pieces(text, first_line);
        let fail = |problem: String| Error::data(name, problem);
        let read = read_pieces(&pieces, form, names, roles).map_err(fail)?;
        let has_text = |column: usize| read.iter().any(|piece| piece.has_text(column));
        // Read again only the columns that turned out to hold text.
        let again = |(column, &role): (usize, &Role)| match role {
            Role::Either if has_text(column) => Role::Texts,
            _ => Role::LeftOut,
        };
        let again: Vec<Role> = roles.iter().enumerate().map(again).collect();
        let texts = match again.contains(&Role::Texts) {
            true => read_pieces(&pieces, form, names, &again).map_err(fail)?,
            false => Vec::new(),
        };
        let lines: Vec<u64> = read.iter().flat_map(|piece| piece.lines()).copied().collect();
        let mut columns = join(read, roles.len());
        for (column, texts) in join(texts, roles.len()).into_iter().enumerate() {
            if again[column] == Role::Texts {
                columns[column] = texts;
            }
        }
        columns.iter().zip(names).try_for_each(|(column, name)| check_finite(column, name)).map_err(fail)?;
        let columns = columns.into_iter().map(|column| column.column).collect();
        Ok(Self { lines: lines.into(), columns })
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

fn check_finite(joined: &Joined, name: &str) -> std::result::Result<(), String> {
    match (&joined.column, &joined.too_large) {
        (Column::Numbers(_), Some((line, value))) => {
            Err(format!("line {line}, column {}: {} is infinite or too large; fix it", quoted(name), quoted(value)))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "columns_tests.rs"]
mod tests;
