//! Rows of a request, as JSON or CSV.

use std::cell::Cell;
use std::fmt;

use axum::http::StatusCode;
use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::http_error::HttpError as Problem;
use crate::error::Error;
use burn_mlp_infer::ModelMetadata;
use burn_mlp_infer::csv::read_rows;

/// Normalised features `[n * d]` of `{"features": [[...], ...]}`, n at most `most`. They are read without a list of lists,
/// which would take many times a body's memory.
pub(super) fn of_json(body: &[u8], metadata: &ModelMetadata, most: usize) -> Result<Vec<f32>, Problem> {
    if metadata.table.is_some() {
        let sentence = "the model takes the columns of a table; send them as text/csv, as GET /model has an example";
        return Err(Problem::bad_request(sentence));
    }
    let rows = RowsOf { metadata, most, too_many: Cell::new(false) };
    let mut json = serde_json::Deserializer::from_slice(body);
    let features = Object(&rows).deserialize(&mut json).and_then(|features| json.end().map(|()| features));
    match features {
        Ok(features) => not_empty(features),
        Err(_) if rows.too_many.get() => Err(too_many(most)),
        Err(error) => Err(Problem::bad_request(format!("the body is not {{\"features\": [[...], ...]}}: {error}"))),
    }
}

/// The same of CSV rows, with or without a header.
pub(super) fn of_csv(body: &[u8], metadata: &ModelMetadata, most: usize) -> Result<Vec<f32>, Problem> {
    let (mut features, mut rows, mut refused) = (Vec::new(), 0, None);
    let read = read_rows(metadata, body, "the body", most + 1, &mut |batch| {
        rows += batch.lines.len();
        features.extend(batch.features);
        if rows > most {
            refused = Some(too_many(most));
            return Err(Error::data("the body", "has too many rows"));
        }
        Ok(())
    });
    match (refused, read) {
        (Some(problem), _) => Err(problem),
        (None, Err(error)) => Err(Problem::bad_request(error.to_string())),
        (None, Ok(())) => not_empty(features),
    }
}

fn not_empty(features: Vec<f32>) -> Result<Vec<f32>, Problem> {
    match features.is_empty() {
        true => Err(Problem::bad_request("the body has no rows")),
        false => Ok(features),
    }
}

fn too_many(most: usize) -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!("the body has more than {most} rows; send them in several requests"),
    )
}

struct RowsOf<'a> {
    metadata: &'a ModelMetadata,
    most: usize,
    too_many: Cell<bool>,
}

/// The object around the rows.
struct Object<'a>(&'a RowsOf<'a>);

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

impl<'de> DeserializeSeed<'de> for &RowsOf<'_> {
    type Value = Vec<f32>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<f32>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for &RowsOf<'_> {
    type Value = Vec<f32>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "a list of rows of {} numbers", self.metadata.features)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<Vec<f32>, A::Error> {
        let mut features = Vec::new();
        for row in 0.. {
            if row == self.most {
                self.too_many.set(rows.next_element::<IgnoredAny>()?.is_some());
                return if self.too_many.get() { Err(A::Error::custom("too many rows")) } else { Ok(features) };
            }
            let read = RowOf { metadata: self.metadata, features: &mut features, row };
            if rows.next_element_seed(read)?.is_none() {
                break;
            }
        }
        Ok(features)
    }
}

struct RowOf<'a> {
    metadata: &'a ModelMetadata,
    features: &'a mut Vec<f32>,
    /// Counted from 0.
    row: usize,
}

impl<'de> DeserializeSeed<'de> for RowOf<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for RowOf<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "a row of {} numbers", self.metadata.features)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<(), A::Error> {
        let wanted = self.metadata.features;
        let at_row = |problem: String| A::Error::custom(format!("row {}: {problem}", self.row + 1));
        self.features.reserve(wanted);
        let before = self.features.len();
        while let Some(value) = values.next_element::<f32>()? {
            if self.features.len() - before == wanted {
                return Err(at_row(format!("has more than the {wanted} values that the model takes")));
            }
            let normalized = self.metadata.normalization.checked(value);
            self.features.push(normalized.map_err(|problem| at_row(format!("{value} {problem}")))?);
        }
        match self.features.len() - before {
            found if found == wanted => Ok(()),
            found => Err(at_row(format!("has {found} values, the model takes {wanted}"))),
        }
    }
}

#[cfg(test)]
#[path = "rows_tests.rs"]
mod tests;
