//! Collects the values of a column one by one: the only place that decides whether a value is a number, a text or missing.

use std::collections::HashMap;

use super::column::{Column, Found, Role, Texts};
use super::lines::Lines;
use super::records::trimmed;
use crate::table::{Meaning, Notation, Value, number_name};
use crate::text::quoted;

/// One value of a table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    Missing,
    Number(f64),
    /// Follows the rules of CSV values: it may be a mark of a missing value, or a number.
    Text(&'a str),
}

/// A column while it is read.
#[derive(Debug)]
pub struct ColumnBuilder<'a> {
    role: Role,
    notation: &'a Notation,
    /// What its texts mean, if they are numbers.
    meaning: Option<&'a Meaning>,
    records: usize,
    numbers: Vec<f64>,
    rows: Vec<u32>,
    values: Vec<String>,
    /// The place of each value in `values`; a mark of a missing value has none.
    index: HashMap<String, u32>,
    text: Option<First>,
    too_large: Option<First>,
    mark: Option<First>,
    has_number: bool,
}

/// The first value of its kind, and its record.
#[derive(Debug, Clone)]
struct First {
    record: usize,
    text: String,
}

impl<'a> ColumnBuilder<'a> {
    /// Begins the column `name`, whose texts are in this notation.
    pub fn new(name: &str, role: Role, notation: &'a Notation) -> Self {
        Self {
            role,
            notation,
            meaning: notation.meanings.get(name),
            records: 0,
            numbers: Vec::new(),
            rows: Vec::new(),
            values: Vec::new(),
            index: HashMap::new(),
            text: None,
            too_large: None,
            mark: None,
            has_number: false,
        }
    }

    /// Adds the value of the next record.
    pub fn push(&mut self, cell: Cell) {
        let cell = match cell {
            Cell::Text(text) => Cell::Text(trimmed(text)),
            other => other,
        };
        match self.role {
            Role::LeftOut => {}
            Role::Texts => self.push_text(cell),
            // The column will be read again, as texts.
            Role::Either if self.text.is_some() => {}
            Role::Either | Role::Numbers => self.push_number(cell),
        }
        self.records += 1;
    }

    /// Whether a column of [`Role::Either`] holds texts. It has to be read again, as [`Role::Texts`].
    pub fn holds_texts(&self) -> bool {
        self.role == Role::Either && self.text.is_some()
    }

    /// Appends the values of the same column in later records.
    pub fn append(&mut self, later: Self) {
        let before = self.records;
        let first = |own: &mut Option<First>, later: Option<First>| {
            if own.is_none() {
                *own = later.map(|first| First { record: before + first.record, ..first });
            }
        };
        first(&mut self.text, later.text);
        first(&mut self.too_large, later.too_large);
        first(&mut self.mark, later.mark);
        self.has_number |= later.has_number;
        self.records += later.records;
        if self.holds_texts() {
            self.numbers = Vec::new();
            return;
        }
        self.numbers.extend(later.numbers);
        let places: Vec<u32> = later.values.iter().map(|value| self.index_of(value)).collect();
        // A missing value has no place and stays missing.
        self.rows.extend(later.rows.iter().map(|&row| places.get(row as usize).copied().unwrap_or(Texts::MISSING)));
    }

    /// Reserves memory for so many later records, if there is any.
    pub(super) fn reserve(&mut self, records: usize) {
        // Without it, appending reports that.
        let _ = match self.role {
            Role::LeftOut => Ok(()),
            Role::Either if self.text.is_some() => Ok(()),
            Role::Either | Role::Numbers => self.numbers.try_reserve_exact(records),
            Role::Texts => self.rows.try_reserve_exact(records),
        };
    }

    /// The first record with a value that the column cannot have, and a sentence about it.
    pub(super) fn problem(&self) -> Option<(usize, String)> {
        let of = |first: &Option<First>, what: &str| {
            first.as_ref().map(|first| (first.record, format!("{} {what}", quoted(&first.text))))
        };
        let noun = self.meaning.map_or("a number".to_string(), Meaning::noun);
        let text = of(&self.text, &format!("is not {noun}, as all others of the column are"));
        let too_large = of(&self.too_large, "is infinite or too large; fix it");
        match self.role {
            Role::Numbers => text.into_iter().chain(too_large).min(),
            Role::Either if self.text.is_none() => too_large,
            _ => None,
        }
    }

    /// Returns the whole column, whose records are at `lines`.
    pub fn finish(self, lines: &Lines) -> Column {
        let found = |first: First| {
            (first.record < lines.len()).then(|| Found { place: lines.place(first.record), text: first.text })
        };
        match self.role {
            Role::LeftOut => Column::LeftOut,
            Role::Either | Role::Numbers => Column::Numbers(self.numbers),
            Role::Texts => Column::Texts(Texts {
                rows: self.rows,
                values: self.values,
                first_among_numbers: self.text.filter(|_| self.has_number).and_then(found),
                mark: self.mark.and_then(found),
            }),
        }
    }

    fn push_number(&mut self, cell: Cell) {
        match self.value_of(cell) {
            Value::Number(number) => return self.numbers.push(number),
            Value::Missing => {}
            Value::TooLarge => self.note_first(cell, |builder| &mut builder.too_large),
            Value::Text => {
                self.note_first(cell, |builder| &mut builder.text);
                if self.role == Role::Either {
                    self.numbers = Vec::new();
                    return;
                }
            }
        }
        self.numbers.push(f64::NAN);
    }

    fn push_text(&mut self, cell: Cell) {
        let index = match cell {
            Cell::Missing => Texts::MISSING,
            Cell::Number(number) => match self.value_of(cell) {
                Value::Missing => Texts::MISSING,
                _ => {
                    self.has_number = true;
                    self.index_of(&number_name(number))
                }
            },
            Cell::Text(text) => match self.index.get(text) {
                Some(&index) => index,
                None => self.new_text(text),
            },
        };
        self.rows.push(index);
    }

    /// Takes a text that did not occur before.
    fn new_text(&mut self, text: &str) -> u32 {
        match self.notation.value(text) {
            Value::Missing => {
                if !text.is_empty() {
                    self.note_first(Cell::Text(text), |builder| &mut builder.mark);
                }
                self.index.insert(text.to_string(), Texts::MISSING);
                return Texts::MISSING;
            }
            Value::Number(_) => self.has_number = true,
            Value::TooLarge | Value::Text => self.note_first(Cell::Text(text), |builder| &mut builder.text),
        }
        self.index_of(text)
    }

    fn index_of(&mut self, text: &str) -> u32 {
        if let Some(&index) = self.index.get(text) {
            return index;
        }
        let index = self.values.len() as u32;
        self.index.insert(text.to_string(), index);
        self.values.push(text.to_string());
        index
    }

    fn value_of(&self, cell: Cell) -> Value {
        match (cell, self.meaning) {
            (Cell::Missing, _) => Value::Missing,
            (Cell::Number(number), meaning) => self.notation.number_in(meaning, number),
            (Cell::Text(text), None) => self.notation.value(text),
            (Cell::Text(text), Some(meaning)) => self.notation.value_in(meaning, text),
        }
    }

    fn note_first(&mut self, cell: Cell, of: impl Fn(&mut Self) -> &mut Option<First>) {
        let record = self.records;
        of(self).get_or_insert_with(|| {
            let text = match cell {
                Cell::Missing => String::new(),
                Cell::Number(number) => number.to_string(),
                Cell::Text(text) => text.to_string(),
            };
            First { record, text }
        });
    }
}

#[cfg(test)]
#[path = "builder_tests.rs"]
mod tests;
