//! Parses the rows of a request, from JSON or CSV.

use std::cell::Cell;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::parsed_rows::{ParsedRows, too_many};
use super::records;
use crate::error::Error;
use crate::serve::http::http_error::HttpError;
use burn_mlp_infer::ModelMetadata;
use burn_mlp_infer::csv::read_rows;

/// Parses `{"features": [[...], ...]}` into normalised features `[n * d]`, n at most `max_rows`, and what is unlike the
/// training rows.
/// Streams the values instead of building a list of lists, which would take many times the memory
/// of the body.
///
/// Rows of a table are objects; see [`records`]. Errors call the body `name`.
pub(in crate::serve) fn of_json(
    body: &[u8],
    metadata: &ModelMetadata,
    name: &str,
    max_rows: usize,
) -> Result<ParsedRows, HttpError> {
    if let Some(table) = &metadata.table {
        return records::of_json(body, table, name, max_rows);
    }
    let rows = Rows { metadata, max_rows, too_many: Cell::new(false) };
    let mut json = serde_json::Deserializer::from_slice(body);
    let features = Object(&rows).deserialize(&mut json).and_then(|features| json.end().map(|()| features));
    match features {
        Ok(features) => {
            let warnings = metadata.scaled_before(&features).into_iter().collect();
            Ok(ParsedRows { features: not_empty(features, name)?, ids: None, warnings })
        }
        Err(_) if rows.too_many.get() => Err(too_many(max_rows)),
        Err(error) => Err(HttpError::bad_request(format!("{name} is not {{\"features\": [[...], ...]}}: {error}"))),
    }
}

/// Parses CSV rows, with or without a header, into normalised features `[n * d]`, and what is unlike the training rows.
pub(in crate::serve) fn of_csv(
    body: &[u8],
    metadata: &ModelMetadata,
    name: &str,
    max_rows: usize,
) -> Result<ParsedRows, HttpError> {
    let (mut parsed, mut rows, mut refused) = (ParsedRows::default(), 0, None);
    let read = read_rows(metadata, body, name, max_rows + 1, &mut |batch| {
        rows += batch.lines.len();
        parsed.features.extend(batch.features);
        parsed.warnings.extend(batch.warnings);
        if let Some(ids) = batch.ids {
            parsed.ids.get_or_insert_default().extend(ids);
        }
        if rows > max_rows {
            refused = Some(too_many(max_rows));
            return Err(Error::data(name, "has too many rows"));
        }
        Ok(())
    });
    match (refused, read) {
        (Some(error), _) => Err(error),
        (None, Err(error)) => Err(HttpError::bad_request(error.to_string())),
        (None, Ok(())) => Ok(ParsedRows { features: not_empty(parsed.features, name)?, ..parsed }),
    }
}

fn not_empty(features: Vec<f32>, name: &str) -> Result<Vec<f32>, HttpError> {
    match features.is_empty() {
        true => Err(HttpError::bad_request(format!("{name} has no rows"))),
        false => Ok(features),
    }
}

struct Rows<'a> {
    metadata: &'a ModelMetadata,
    max_rows: usize,
    too_many: Cell<bool>,
}

/// The object that contains the rows.
struct Object<'a>(&'a Rows<'a>);

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = Vec<f32>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<f32>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Vec<f32>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an object with \"features\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<f32>, A::Error> {
        let mut features = None;
        while let Some(key) = map.next_key::<String>()? {
            match (key.as_str(), &features) {
                ("features", None) => features = Some(map.next_value_seed(self.0)?),
                ("features", Some(_)) => return Err(A::Error::duplicate_field("features")),
                (other, _) => return Err(A::Error::unknown_field(other, &["features"])),
            }
        }
        features.ok_or_else(|| A::Error::missing_field("features"))
    }
}

impl<'de> DeserializeSeed<'de> for &Rows<'_> {
    type Value = Vec<f32>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<f32>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for &Rows<'_> {
    type Value = Vec<f32>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "a list of rows of {} numbers", self.metadata.features)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Vec<f32>, A::Error> {
        let mut features = Vec::new();
        for row in 0.. {
            if row == self.max_rows {
                self.too_many.set(rows.next_element::<IgnoredAny>()?.is_some());
                return if self.too_many.get() { Err(A::Error::custom("too many rows")) } else { Ok(features) };
            }
            let read = Row { metadata: self.metadata, features: &mut features, row };
            if rows.next_element_seed(read)?.is_none() {
                break;
            }
        }
        Ok(features)
    }
}

struct Row<'a> {
    metadata: &'a ModelMetadata,
    features: &'a mut Vec<f32>,
    /// Index from 0.
    row: usize,
}

impl<'de> DeserializeSeed<'de> for Row<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Row<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "a row of {} numbers", self.metadata.features)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        let expected = self.metadata.features;
        let at_row = |problem: String| A::Error::custom(format!("row {}: {problem}", self.row + 1));
        self.features.reserve(expected);
        let before = self.features.len();
        while let Some(value) = values.next_element::<f32>()? {
            if self.features.len() - before == expected {
                return Err(at_row(format!("has more than the {expected} values that the model takes")));
            }
            let normalized = self.metadata.normalization.checked(value);
            self.features.push(normalized.map_err(|problem| at_row(format!("{value} {problem}")))?);
        }
        match self.features.len() - before {
            found if found == expected => Ok(()),
            found => Err(at_row(format!("has {found} values, the model takes {expected}"))),
        }
    }
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
