//! The columns of a CSV text, read by all threads: numbers, or texts by their index.

use std::collections::HashMap;

use csv::ByteRecord;
use rayon::prelude::*;

use super::records::{Piece, pieces, trimmed};
use super::value::{Value, value};
use crate::{Error, Result};

/// Most characters of a value that a message shows.
const SHOWN: usize = 40;

/// What a column is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    LeftOut,
    /// Numbers if nothing else is in it, otherwise texts.
    Either,
    Numbers,
    Texts,
}

/// A column's values, one for each record.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Column {
    LeftOut,
    /// Finite numbers; NaN where one is missing.
    Numbers(Vec<f64>),
    Texts(Texts),
}

/// Texts, each kept once.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Texts {
    /// Each record's index in `values`; [`Texts::MISSING`] where it is missing.
    pub rows: Vec<u32>,
    /// Different values, in the order in which they come.
    pub values: Vec<String>,
    /// The first text, with its line, among values of which others are numbers.
    pub first_among_numbers: Option<(u64, String)>,
}

impl Texts {
    pub const MISSING: u32 = u32::MAX;
}

/// The records of a text, column by column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Columns {
    /// The line on which each record begins.
    pub lines: Vec<u64>,
    pub columns: Vec<Column>,
}

/// What a piece was found to hold.
struct Read {
    lines: Vec<u64>,
    columns: Vec<Reading>,
    problem: Option<String>,
}

/// A column while it is read.
struct Reading {
    role: Role,
    numbers: Vec<f64>,
    rows: Vec<u32>,
    index: HashMap<String, u32>,
    values: Vec<String>,
    /// The first value that is no number, and the first number beyond all floats.
    text: Option<(u64, String)>,
    too_large: Option<(u64, String)>,
    has_number: bool,
}

impl Columns {
    /// Reads the records of `text`, the first of which begins on `first_line`, as columns of these `names` and `roles`.
    /// `name` is the file's.
    ///
    /// # Errors
    /// Naming the line: a record of another length, or what a column of numbers cannot hold.
    pub fn read(
        text: &[u8],
        first_line: u64,
        delimiter: u8,
        names: &[String],
        roles: &[Role],
        name: &str,
    ) -> Result<Self> {
        let pieces = pieces(text, first_line);
        let fail = |problem: String| Error::data(name, problem);
        let read = read_pieces(&pieces, delimiter, names, roles).map_err(fail)?;
        let has_text = |column: usize| read.iter().any(|piece| piece.columns[column].text.is_some());
        // Columns that only looked like numbers at first are read again, without the others.
        let again = |(column, &role): (usize, &Role)| match role {
            Role::Either if has_text(column) => Role::Texts,
            _ => Role::LeftOut,
        };
        let again: Vec<Role> = roles.iter().enumerate().map(again).collect();
        let texts = match again.contains(&Role::Texts) {
            true => read_pieces(&pieces, delimiter, names, &again).map_err(fail)?,
            false => Vec::new(),
        };
        let lines = read.iter().flat_map(|piece| &piece.lines).copied().collect();
        let mut columns = join(read, roles.len());
        for (column, texts) in join(texts, roles.len()).into_iter().enumerate() {
            if again[column] == Role::Texts {
                columns[column] = texts;
            }
        }
        columns.iter().zip(names).try_for_each(|(column, name)| check_finite(column, name)).map_err(fail)?;
        let columns = columns.into_iter().map(|column| column.column).collect();
        Ok(Self { lines, columns })
    }

    /// Number of records.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }
}

/// A whole column, and its first value that no float can hold.
struct Joined {
    column: Column,
    too_large: Option<(u64, String)>,
}

fn check_finite(joined: &Joined, name: &str) -> std::result::Result<(), String> {
    match (&joined.column, &joined.too_large) {
        (Column::Numbers(_), Some((line, value))) => {
            Err(format!("line {line}, column {}: {} is infinite or too large; mend it", quoted(name), quoted(value)))
        }
        _ => Ok(()),
    }
}

fn read_pieces(
    pieces: &[Piece],
    delimiter: u8,
    names: &[String],
    roles: &[Role],
) -> std::result::Result<Vec<Read>, String> {
    let read: Vec<Read> = pieces.par_iter().map(|piece| read_piece(piece, delimiter, names, roles)).collect();
    match read.iter().find_map(|piece| piece.problem.clone()) {
        Some(problem) => Err(problem),
        None => Ok(read),
    }
}

fn read_piece(piece: &Piece, delimiter: u8, names: &[String], roles: &[Role]) -> Read {
    let columns = roles.iter().map(|&role| Reading::new(role)).collect();
    let mut read = Read { lines: Vec::new(), columns, problem: None };
    piece.visit(delimiter, |line, record| {
        read.problem = read.take(line, record, names).err();
        read.problem.is_none()
    });
    read
}

impl Read {
    fn take(&mut self, line: u64, record: &ByteRecord, names: &[String]) -> std::result::Result<(), String> {
        if record.len() != names.len() {
            // A last line of white space.
            if record.len() == 1 && trimmed(&record[0]).is_empty() {
                return Ok(());
            }
            return Err(ragged(line, record, names.len()));
        }
        for (column, (reading, value)) in self.columns.iter_mut().zip(record).enumerate() {
            reading
                .take(line, trimmed(value))
                .map_err(|problem| format!("line {line}, column {}: {problem}", quoted(&names[column])))?;
        }
        self.lines.push(line);
        Ok(())
    }
}

fn ragged(line: u64, record: &ByteRecord, expected: usize) -> String {
    let columns = |count: usize| if count == 1 { "1 column".to_string() } else { format!("{count} columns") };
    let open = record.iter().any(|value| value.contains(&b'\n'));
    let hint =
        if open { "; a quoted value in it goes over several lines: is its quote closed?" } else { "; mend the line" };
    format!("line {line} has {} where the first has {expected}{hint}", columns(record.len()))
}

impl Reading {
    fn new(role: Role) -> Self {
        Self {
            role,
            numbers: Vec::new(),
            rows: Vec::new(),
            index: HashMap::new(),
            values: Vec::new(),
            text: None,
            too_large: None,
            has_number: false,
        }
    }

    fn take(&mut self, line: u64, text: &str) -> std::result::Result<(), String> {
        match self.role {
            Role::LeftOut => Ok(()),
            Role::Texts => {
                self.take_text(line, text);
                Ok(())
            }
            // It will be read again, as texts.
            Role::Either if self.text.is_some() => Ok(()),
            Role::Either | Role::Numbers => self.take_number(line, text),
        }
    }

    fn take_number(&mut self, line: u64, text: &str) -> std::result::Result<(), String> {
        match value(text) {
            Value::Number(number) => self.numbers.push(number),
            Value::Missing => self.numbers.push(f64::NAN),
            Value::TooLarge => {
                self.too_large.get_or_insert_with(|| (line, text.to_string()));
                self.numbers.push(f64::NAN);
            }
            Value::Text if self.role == Role::Either => self.text = Some((line, text.to_string())),
            Value::Text => return Err(format!("{} is not a number, as all others of the column are", quoted(text))),
        }
        Ok(())
    }

    fn take_text(&mut self, line: u64, text: &str) {
        let index = match value(text) {
            Value::Missing => Texts::MISSING,
            kind => match self.index.get(text) {
                Some(&index) => index,
                None => {
                    match kind {
                        Value::Number(_) => self.has_number = true,
                        _ => drop(self.text.get_or_insert_with(|| (line, text.to_string()))),
                    }
                    let index = self.values.len() as u32;
                    self.index.insert(text.to_string(), index);
                    self.values.push(text.to_string());
                    index
                }
            },
        };
        self.rows.push(index);
    }
}

/// Puts the pieces' columns together, one after the other, so that little is held twice.
fn join(mut read: Vec<Read>, columns: usize) -> Vec<Joined> {
    let join_column = |column: usize| {
        let parts: Vec<Reading> = read
            .iter_mut()
            .map(|piece| std::mem::replace(&mut piece.columns[column], Reading::new(Role::LeftOut)))
            .collect();
        let too_large = parts.iter().find_map(|part| part.too_large.clone());
        let column = match parts.first().map(|part| part.role) {
            None | Some(Role::LeftOut) => Column::LeftOut,
            Some(Role::Texts) => Column::Texts(join_texts(parts)),
            Some(Role::Either | Role::Numbers) => {
                Column::Numbers(parts.into_iter().flat_map(|part| part.numbers).collect())
            }
        };
        Joined { column, too_large }
    };
    (0..columns).map(join_column).collect()
}

fn join_texts(parts: Vec<Reading>) -> Texts {
    let mut joined = Texts::default();
    let mut index: HashMap<String, u32> = HashMap::new();
    let has_number = parts.iter().any(|part| part.has_number);
    joined.first_among_numbers = parts.iter().find_map(|part| part.text.clone()).filter(|_| has_number);
    for part in parts {
        let mut in_whole = Vec::with_capacity(part.values.len());
        for value in part.values {
            let next = joined.values.len() as u32;
            let place = *index.entry(value.clone()).or_insert(next);
            if place == next {
                joined.values.push(value);
            }
            in_whole.push(place);
        }
        // A missing value has no place, and stays missing.
        joined.rows.extend(part.rows.iter().map(|&row| in_whole.get(row as usize).copied().unwrap_or(Texts::MISSING)));
    }
    joined
}

/// A name or value as a message shows it; what a terminal would act on is escaped with the message.
pub(super) fn quoted(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push_str("...");
    }
    format!("\"{shown}\"")
}

#[cfg(test)]
#[path = "columns_tests.rs"]
mod tests;
