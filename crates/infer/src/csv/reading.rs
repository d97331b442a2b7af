//! Reads the pieces of a CSV text, one a thread, and joins them.

use std::collections::HashMap;

use csv::ByteRecord;
use rayon::prelude::*;

use super::column::{Column, Role, Texts};
use super::records::{Cut, Piece, trimmed};
use crate::table::{Notation, Value};
use crate::text::quoted;

/// How the records of a text are written.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    pub cut: Cut,
    pub notation: &'a Notation,
}

/// The content of a piece.
pub struct Read {
    lines: Vec<u64>,
    columns: Vec<Reading>,
    damage: Option<Damage>,
}

/// A record that cannot be read.
#[derive(Debug, Clone)]
pub struct Damage {
    /// The line on which it begins.
    pub line: u64,
    /// A sentence with the line.
    pub problem: String,
}

/// A column while it is read.
struct Reading {
    role: Role,
    /// The unit of its numbers, if they have one.
    unit: Option<String>,
    numbers: Vec<f64>,
    rows: Vec<u32>,
    index: HashMap<String, u32>,
    values: Vec<String>,
    /// The first value that is not a number, and the first number beyond the range of f32.
    text: Option<(u64, String)>,
    too_large: Option<(u64, String)>,
    /// The first mark of a missing value.
    mark: Option<(u64, String)>,
    has_number: bool,
}

/// A whole column, and its first value beyond the range of f32.
pub struct Joined {
    pub column: Column,
    pub too_large: Option<(u64, String)>,
}

/// Reads the pieces on all threads.
///
/// # Errors
/// Returns the first damaged record.
pub fn read_pieces(
    pieces: &[Piece],
    form: Form,
    names: &[String],
    roles: &[Role],
) -> std::result::Result<Vec<Read>, Damage> {
    let read: Vec<Read> = pieces.par_iter().map(|piece| read_piece(piece, form, names, roles)).collect();
    match read.iter().find_map(|piece| piece.damage.clone()) {
        Some(damage) => Err(damage),
        None => Ok(read),
    }
}

fn read_piece(piece: &Piece, form: Form, names: &[String], roles: &[Role]) -> Read {
    let unit = |name: &String| form.notation.units.get(name).cloned();
    let columns =
        roles.iter().zip(names).map(|(&role, name)| Reading { unit: unit(name), ..Reading::new(role) }).collect();
    let mut read = Read { lines: Vec::new(), columns, damage: None };
    piece.visit(form.cut, |line, record| {
        read.damage = read.take(line, record, names, form.notation).err().map(|problem| Damage { line, problem });
        read.damage.is_none()
    });
    read
}

impl Read {
    /// The lines on which the records begin.
    pub fn lines(&self) -> &[u64] {
        &self.lines
    }

    /// Whether a column holds a value that is not a number.
    pub fn has_text(&self, column: usize) -> bool {
        self.columns[column].text.is_some()
    }

    fn take(
        &mut self,
        line: u64,
        record: &ByteRecord,
        names: &[String],
        notation: &Notation,
    ) -> std::result::Result<(), String> {
        let is_empty = |value: &[u8]| trimmed(value).is_empty();
        // Delimiters at the end of a line are not values.
        if record.len() != names.len() && !(record.len() > names.len() && record.iter().skip(names.len()).all(is_empty))
        {
            // A trailing line of white space.
            if record.len() == 1 && is_empty(&record[0]) {
                return Ok(());
            }
            return Err(ragged(line, record, names.len()));
        }
        for (column, (reading, value)) in self.columns.iter_mut().zip(record).enumerate() {
            reading
                .take(line, trimmed(value), notation)
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
        if open { "; a quoted value in it goes over several lines: is its quote closed?" } else { "; fix the line" };
    format!("line {line} has {} where the first has {expected}{hint}", columns(record.len()))
}

impl Reading {
    fn new(role: Role) -> Self {
        Self {
            role,
            unit: None,
            numbers: Vec::new(),
            rows: Vec::new(),
            index: HashMap::new(),
            values: Vec::new(),
            text: None,
            too_large: None,
            mark: None,
            has_number: false,
        }
    }

    fn take(&mut self, line: u64, text: &str, notation: &Notation) -> std::result::Result<(), String> {
        match self.role {
            Role::LeftOut => Ok(()),
            Role::Texts => {
                self.take_text(line, text, notation);
                Ok(())
            }
            // The column will be read again, as texts.
            Role::Either if self.text.is_some() => Ok(()),
            Role::Either | Role::Numbers => self.take_number(line, text, notation),
        }
    }

    fn take_number(&mut self, line: u64, text: &str, notation: &Notation) -> std::result::Result<(), String> {
        let value = match (notation.value(text), &self.unit) {
            (Value::Text, Some(unit)) => notation.value_in(unit, text),
            (value, _) => value,
        };
        match value {
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

    fn take_text(&mut self, line: u64, text: &str, notation: &Notation) {
        let index = match notation.value(text) {
            Value::Missing => {
                if !text.is_empty() && self.mark.is_none() {
                    self.mark = Some((line, text.to_string()));
                }
                Texts::MISSING
            }
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

/// Joins the pieces' columns one by one, so that little is held twice.
pub fn join(mut read: Vec<Read>, columns: usize) -> Vec<Joined> {
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
                Column::Numbers(parts.into_iter().map(|part| part.numbers).collect::<Vec<_>>().concat())
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
    joined.mark = parts.iter().find_map(|part| part.mark.clone());
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
        // A missing value has no index and stays missing.
        joined.rows.extend(part.rows.iter().map(|&row| in_whole.get(row as usize).copied().unwrap_or(Texts::MISSING)));
    }
    joined
}
