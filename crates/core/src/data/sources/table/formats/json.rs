//! Opens records in JSON: one on each line (JSON lines), or a list of them.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{Error, Result};
use burn_mlp_infer as infer;
use burn_mlp_infer::csv::{Cell, ColumnBuilder, ReadColumns, ReadingColumns, Role, SAMPLE, Table, newlines};
use burn_mlp_infer::memory;
use burn_mlp_infer::table::Notation;
use burn_mlp_infer::text::quoted;

/// Maximum number of different names: a file of another structure can have some for each record.
const MAX_COLUMNS: usize = 100_000;

/// The text of the records, and their names as written.
struct Records {
    text: Vec<u8>,
    names: Vec<String>,
}

/// A record: names and values, as written.
struct Record<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

/// Receives each record and the line on which it begins; returns whether to go on. An error is a sentence.
type Take<'a> = &'a mut dyn FnMut(u64, &Record) -> std::result::Result<bool, String>;

/// Opens the records in `text`. The columns are their names, in order of appearance.
///
/// # Errors
/// If the text is not JSON or has no records.
pub fn open(text: Vec<u8>, name: &str) -> Result<Table> {
    let mut names = Vec::new();
    let mut known = HashSet::new();
    let (mut records, mut values) = (0_u64, 0_u64);
    let read = visit(&text, &mut |line, record| {
        records += 1;
        values += record.0.len() as u64;
        for (name, _) in record.0.iter().filter(|(name, _)| !known.contains(name.as_ref())).collect::<Vec<_>>() {
            known.insert(name.to_string());
            names.push(name.to_string());
        }
        match names.len() > MAX_COLUMNS {
            true => Err(format!("line {line}: the records have more than {MAX_COLUMNS} different names")),
            false => Ok(true),
        }
    });
    let checked = read.and_then(|()| memory::check_filled_table(records, names.len() as u64, values));
    checked.map_err(|problem| Error::data(name, problem))?;
    if names.is_empty() {
        return Err(Error::data(name, "has no records"));
    }
    Ok(Table::new(name, names.clone(), true, Records { text, names }))
}

impl ReadColumns for Records {
    fn read<'n>(
        &self,
        names: &[String],
        roles: &[Role],
        file: &str,
        notation: &'n Notation,
    ) -> infer::Result<ReadingColumns<'n>> {
        let places = self.places();
        let columns = names.iter().zip(roles);
        let mut columns: Vec<ColumnBuilder> =
            columns.map(|(name, &role)| ColumnBuilder::new(name, role, notation)).collect();
        let (mut lines, mut buffer) = (Vec::new(), String::new());
        let read = visit(&self.text, &mut |line, record| {
            let values = record.values(&places);
            // A record with a damaged value must not be pushed in part.
            for (column, value) in values.iter().enumerate() {
                if let Some(problem) = value.filter(|_| roles[column] != Role::LeftOut).and_then(problem_of) {
                    return Err(format!("line {line}, column {}: {problem}", quoted(&names[column])));
                }
            }
            for (column, value) in values.into_iter().enumerate().filter(|(column, _)| roles[*column] != Role::LeftOut)
            {
                columns[column].push(value.map_or(Cell::Missing, |value| cell(value, roles[column], &mut buffer)));
            }
            lines.push(line);
            Ok(true)
        });
        let damage = read.err().map(|problem| infer::Error::data(file, problem));
        Ok(ReadingColumns { lines: lines.into(), columns, damage })
    }

    fn sample(&self, roles: &[Role], take: &mut dyn FnMut(usize, &str)) {
        let (places, mut records, mut buffer) = (self.places(), 0, String::new());
        // What cannot be read is found by reading all.
        let _ = visit(&self.text, &mut |_, record| {
            for (column, value) in record.values(&places).into_iter().enumerate() {
                if let (Some(value), true) = (value, roles[column] != Role::LeftOut)
                    && let Cell::Text(text) = cell(value, roles[column], &mut buffer)
                {
                    take(column, text.trim());
                }
            }
            records += 1;
            Ok(records < SAMPLE)
        });
    }
}

impl Records {
    /// The column of each name.
    fn places(&self) -> HashMap<&str, usize> {
        self.names.iter().map(String::as_str).zip(0..).collect()
    }
}

impl<'a> Record<'a> {
    /// The value of each column, if the record has it.
    fn values(&self, places: &HashMap<&str, usize>) -> Vec<Option<&'a RawValue>> {
        let mut values = vec![None; places.len()];
        for (name, value) in &self.0 {
            if let Some(&place) = places.get(name.as_ref()) {
                values[place] = Some(*value);
            }
        }
        values
    }
}

/// Calls `take` with each record of `text`.
fn visit(text: &[u8], take: Take) -> std::result::Result<(), String> {
    let blank =
        |at: usize, also: u8| text[at..].iter().take_while(|&&byte| byte.is_ascii_whitespace() || byte == also).count();
    let mut at = blank(0, b' ');
    let is_list = text.get(at) == Some(&b'[');
    let separator = if is_list { b',' } else { b' ' };
    let mut line = 1 + newlines(&text[..at]);
    at += usize::from(is_list);
    loop {
        let between = blank(at, separator);
        line += newlines(&text[at..at + between]);
        at += between;
        match text.get(at) {
            None if is_list => return Err("is cut short: its list does not end; write or fetch it again".to_string()),
            None => return Ok(()),
            Some(b']') if is_list && text[at + 1..].iter().all(u8::is_ascii_whitespace) => return Ok(()),
            Some(b']') if is_list => {
                return Err(format!(
                    "line {line}: more follows the end of the list; write one list, or a record on each line"
                ));
            }
            Some(_) => {}
        }
        let mut values = serde_json::Deserializer::from_slice(&text[at..]).into_iter::<Record>();
        let Some(record) = values.next() else { return Ok(()) };
        if !take(line, &record.map_err(|error| problem(&error, line, &text[at..]))?)? {
            return Ok(());
        }
        let length = values.byte_offset();
        line += newlines(&text[at..at + length]);
        at += length;
    }
}

/// Describes what is wrong at or after `line`, where `text` begins.
fn problem(error: &serde_json::Error, line: u64, text: &[u8]) -> String {
    let line = line + (error.line() as u64).saturating_sub(1);
    let reason = error.to_string();
    let reason = reason.split(" at line ").next().unwrap_or(&reason);
    let first = text.split(|&byte| byte == b'\n').next().unwrap_or_default();
    let has_nan = [&b"NaN"[..], b"Infinity"].iter().any(|word| first.windows(word.len()).any(|part| part == *word));
    let hint = match error.classify() {
        serde_json::error::Category::Data => "; each must be an object, as in {\"age\": 30, \"class\": \"a\"}",
        _ if has_nan => "; JSON has no NaN and no Infinity: write null for a missing value",
        serde_json::error::Category::Eof => "; the file is cut short: write or fetch it again",
        _ => "",
    };
    format!("line {line} is not a record in JSON ({reason}){hint}")
}

/// Why a value cannot be read.
fn problem_of(value: &RawValue) -> Option<String> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'[') => Some("holds a list; leave the column out with csv.ignore".to_string()),
        Some(b'{') => Some("holds an object; leave the column out with csv.ignore".to_string()),
        // An escape such as \ud800 is half a character.
        Some(b'"') if text.contains('\\') => serde_json::from_str::<String>(text).err().map(|error| error.to_string()),
        _ => None,
    }
}

/// Returns the cell of a value without [`problem_of`].
fn cell<'a>(value: &'a RawValue, role: Role, buffer: &'a mut String) -> Cell<'a> {
    let text = value.get();
    match text.as_bytes().first() {
        Some(b'n') => Cell::Missing,
        Some(b'"') => {
            *buffer = serde_json::from_str(text).unwrap_or_default();
            Cell::Text(buffer)
        }
        Some(b'-' | b'0'..=b'9') if role != Role::Texts => text.parse().map_or(Cell::Text(text), Cell::Number),
        _ => Cell::Text(text),
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Record<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(RecordVisitor)
    }
}

struct RecordVisitor;

impl<'de> Visitor<'de> for RecordVisitor {
    type Value = Record<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Record<'de>, A::Error> {
        let mut entries = Vec::new();
        while let Some((Name(name), value)) = map.next_entry()? {
            entries.push((name, value));
        }
        Ok(Record(entries))
    }
}

/// A name, borrowed where it has no escapes.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_str(NameVisitor)
    }
}

struct NameVisitor;

impl<'de> Visitor<'de> for NameVisitor {
    type Value = Name<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> std::result::Result<Name<'de>, E> {
        Ok(Name(Cow::Borrowed(name)))
    }

    fn visit_str<E>(self, name: &str) -> std::result::Result<Name<'de>, E> {
        Ok(Name(Cow::Owned(name.to_string())))
    }
}
