//! Parses the rows of a table from JSON: objects with values by column name.

use std::cell::RefCell;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value as Json};

use super::parsed_rows::{ParsedRows, too_many};
use crate::data::TableSchema;
use crate::serve::http::http_error::HttpError;
use burn_mlp_infer::table::{ColumnKind, Meaning, TableColumn};

/// Number of entries of a record that are kept besides the columns, to find misspelled names.
const MAX_OTHERS: usize = 64;

/// The key of a list of records.
const ROWS: &str = "rows";

/// Parses `{"age": 41, "colour": "red"}`, a list of such records, or `{"rows": [...]}` into features
/// `[n * d]`, n at most `max_rows`, and what is unlike the training rows. Encodes one record after the
/// other, so that a body of any shape takes little memory. Errors call the body `name`.
pub(in crate::serve) fn of_json(
    body: &[u8],
    table: &TableSchema,
    name: &str,
    max_rows: usize,
) -> Result<ParsedRows, HttpError> {
    let reader = Reader { table, max_rows, read: RefCell::default() };
    let mut json = serde_json::Deserializer::from_slice(body);
    let parsed = json.deserialize_any(Whole(&reader)).and_then(|()| json.end());
    let Read { parsed: rows, refused, .. } = reader.read.into_inner();
    match (refused, parsed) {
        (Some(refused), _) => Err(refused),
        (None, Ok(())) => Ok(rows),
        (None, Err(error)) => {
            let example = Json::Object(example(table));
            Err(HttpError::bad_request(format!("{name} is not a row such as {example}, or a list of rows: {error}")))
        }
    }
}

/// An example of a record.
pub(in crate::serve) fn example(table: &TableSchema) -> Map<String, Json> {
    let value = |column: &TableColumn| match &column.kind {
        ColumnKind::Numeric(numbers) => match table.notation.meanings.get(&column.name) {
            Some(Meaning::Unit(_)) | None => Json::from((numbers.scaling.centre() * 1000.0).round() / 1000.0),
            Some(meaning) => Json::from(meaning.text(numbers.usual())),
        },
        ColumnKind::OneHot(categories) | ColumnKind::Embedded(categories) => {
            categories.values.first().map_or(Json::Null, |value| Json::from(value.as_str()))
        }
    };
    table.columns.iter().map(|column| (column.name.clone(), value(column))).collect()
}

struct Reader<'a> {
    table: &'a TableSchema,
    max_rows: usize,
    read: RefCell<Read>,
}

#[derive(Default)]
struct Read {
    parsed: ParsedRows,
    rows: usize,
    /// Why a row cannot be used; a syntax error is serde's.
    refused: Option<HttpError>,
}

impl Reader<'_> {
    fn add<E: serde::de::Error>(&self, record: &Map<String, Json>) -> Result<(), E> {
        let read = &mut *self.read.borrow_mut();
        read.rows += 1;
        let refused = match self.table.encode_record(record, Some(read.rows), &mut read.parsed.warnings) {
            _ if read.rows > self.max_rows => too_many(self.max_rows),
            Err(problem) => HttpError::bad_request(format!("row {}: {problem}", read.rows)),
            Ok(features) => {
                read.parsed.features.extend(features);
                if let Some(column) = &self.table.id {
                    let id = match record.get(column) {
                        Some(Json::String(id)) => id.clone(),
                        None | Some(Json::Null) => String::new(),
                        Some(other) => other.to_string(),
                    };
                    read.parsed.ids.get_or_insert_default().push(id);
                }
                return Ok(());
            }
        };
        read.refused = Some(refused);
        Err(E::custom("refused"))
    }

    fn is_column(&self, name: &str) -> bool {
        self.table.id.as_deref() == Some(name) || self.table.columns.iter().any(|column| column.name == name)
    }

    /// Reads the rest of a record, whose first key is `key`.
    fn record<'de, A: MapAccess<'de>>(&self, mut key: Option<String>, map: &mut A) -> Result<(), A::Error> {
        let mut record = Map::new();
        while let Some(name) = key {
            let value = map.next_value_seed(Cell)?;
            self.insert(&mut record, name, value)?;
            key = map.next_key()?;
        }
        self.add(&record)
    }

    fn insert<E: serde::de::Error>(&self, record: &mut Map<String, Json>, name: String, value: Json) -> Result<(), E> {
        if record.contains_key(&name) {
            return Err(E::custom(format!("a row has {name:?} twice")));
        }
        if record.len() < self.table.columns.len() + MAX_OTHERS || self.is_column(&name) {
            record.insert(name, value);
        }
        Ok(())
    }
}

/// The whole body.
struct Whole<'a>(&'a Reader<'a>);

impl<'de> Visitor<'de> for Whole<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object or a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while rows.next_element_seed(Record(self.0))?.is_some() {}
        match self.0.read.borrow().rows {
            0 => Err(A::Error::custom("it has no rows")),
            _ => Ok(()),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let key = map.next_key::<String>()?;
        if key.as_deref() != Some(ROWS) || self.0.is_column(ROWS) {
            return self.0.record(key, &mut map);
        }
        map.next_value_seed(Rows(self.0))?;
        match map.next_key::<String>()? {
            Some(other) => Err(A::Error::unknown_field(&other, &[ROWS])),
            None => Ok(()),
        }
    }
}

/// A list of records.
struct Rows<'a>(&'a Reader<'a>);

impl<'de> DeserializeSeed<'de> for Rows<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(Whole(self.0))
    }
}

/// One record.
struct Record<'a>(&'a Reader<'a>);

impl<'de> DeserializeSeed<'de> for Record<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Record<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object with values by column name")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let key = map.next_key()?;
        self.0.record(key, &mut map)
    }
}

/// One value of a record. A list or an object, which no column takes, is read as an empty one.
struct Cell;

impl<'de> DeserializeSeed<'de> for Cell {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Cell {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Number::from_f64(value).map_or(Json::Null, Json::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Json, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Json::Array(Vec::new()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Json::Object(Map::new()))
    }
}

#[cfg(test)]
#[path = "records_tests.rs"]
mod tests;
