//! Reads the pieces of a CSV text, one a thread.

use rayon::prelude::*;

use super::builder::{Cell, ColumnBuilder};
use super::column::Role;
use super::columns::ReadingColumns;
use super::pieces::{Piece, Pieces};
use super::records::{Cut, trimmed};
use crate::Error;
use crate::table::Notation;

/// How to read the records of a text.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'t, 'n> {
    pub cut: Cut,
    pub names: &'t [String],
    pub roles: &'t [Role],
    pub notation: &'n Notation,
    /// The file's name, for messages.
    pub file: &'t str,
}

impl<'n> Reading<'_, 'n> {
    /// Reads the records of all pieces.
    pub fn read(&self, mut pieces: Pieces) -> ReadingColumns<'n> {
        let mut read = self.begin();
        // Enough for all threads, and few at a time in memory.
        let together = 2 * rayon::current_num_threads();
        loop {
            let some: Vec<Result<Piece, String>> = pieces.by_ref().take(together).collect();
            let bytes: usize = some.iter().flatten().map(|piece| piece.text.len()).sum();
            let parts: Vec<ReadingColumns> = some.par_iter().map(|piece| self.read_piece(piece)).collect();
            let is_last = parts.is_empty();
            let is_first = read.lines.is_empty();
            parts.into_iter().for_each(|part| read.append(part));
            if is_first {
                // Growing would copy all columns, and keep the memory of the copies.
                let parts = pieces.bytes as f64 / bytes as f64;
                read.reserve((read.lines.len() as f64 * (parts - 1.0).max(0.0)) as usize);
            }
            if is_last || read.damage.is_some() {
                return read;
            }
        }
    }

    fn begin(&self) -> ReadingColumns<'n> {
        let columns = self.names.iter().zip(self.roles);
        let columns = columns.map(|(name, &role)| ColumnBuilder::new(name, role, self.notation)).collect();
        ReadingColumns { lines: Vec::new().into(), columns, damage: None }
    }

    fn read_piece(&self, piece: &Result<Piece, String>) -> ReadingColumns<'n> {
        let mut read = self.begin();
        let piece = match piece {
            Ok(piece) => piece,
            Err(problem) => {
                read.damage = Some(Error::data(self.file, problem.clone()));
                return read;
            }
        };
        let mut lines = Vec::new();
        piece.visit(self.cut, |line, record| {
            match self.fit(record) {
                Fit::Record => {
                    read.columns.iter_mut().zip(record).for_each(|(column, value)| column.push(Cell::Text(value)));
                    lines.push(line);
                }
                Fit::Blank => {}
                Fit::Ragged => read.damage = Some(Error::data(self.file, ragged(line, record, self.names.len()))),
            }
            read.damage.is_none()
        });
        read.lines = lines.into();
        read
    }

    fn fit(&self, record: &[&str]) -> Fit {
        let (width, expected) = (record.len(), self.names.len());
        let is_empty = |value: &&str| trimmed(value).is_empty();
        // Delimiters at the end of a line are not values.
        if width == expected || (width > expected && record.iter().skip(expected).all(is_empty)) {
            Fit::Record
        } else if width == 1 && is_empty(&record[0]) {
            Fit::Blank
        } else {
            Fit::Ragged
        }
    }
}

/// Whether a record has the table's columns.
enum Fit {
    Record,
    /// A line of white space.
    Blank,
    Ragged,
}

fn ragged(line: u64, record: &[&str], expected: usize) -> String {
    let columns = |count: usize| if count == 1 { "1 column".to_string() } else { format!("{count} columns") };
    let open = record.iter().any(|value| value.contains('\n'));
    let hint =
        if open { "; a quoted value in it goes over several lines: is its quote closed?" } else { "; fix the line" };
    format!("line {line} has {} where the first has {expected}{hint}", columns(record.len()))
}

#[cfg(test)]
#[path = "reading_tests.rs"]
mod tests;
