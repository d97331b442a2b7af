//! One row of a table as values by column name.

use serde_json::{Map, Value as Json};

use super::schema::{ColumnKind, TableColumn, TableSchema, standardized};
use super::value::{Value, value};
use crate::suggest::nearest;
use crate::text::quoted;

impl TableSchema {
    /// Encodes a record, values by column name, as features `[features]`. Entries that are not columns of this schema are
    /// ignored. `null`, an empty text and the marks of a missing value in a file are missing values; a text that training
    /// never saw leaves its column's features 0.
    ///
    /// # Errors
    /// Returns a sentence naming the column if it is absent, holds another type, is missing without an imputed value, or
    /// lies too far from the training values.
    pub fn encode_record(&self, record: &Map<String, Json>) -> Result<Vec<f32>, String> {
        let cell = |column: &TableColumn| match record.get(&column.name) {
            Some(json) => Cell::of_json(json).ok_or_else(|| "holds a list or an object".to_string()),
            None => Err(absent(column, record)),
        };
        self.encode_cells(|_, column| cell(column))
    }

    /// Encodes the numbers `[columns]` of a row; NaN is a missing value.
    ///
    /// # Errors
    /// As [`encode_record`](Self::encode_record); also if there are text columns or another number of columns.
    pub fn encode_numbers(&self, row: &[f32]) -> Result<Vec<f32>, String> {
        if row.len() != self.columns.len() {
            return Err(format!("has {} values; the model takes {} columns", row.len(), self.columns.len()));
        }
        self.encode_cells(|index, column| match (&column.kind, row[index]) {
            (ColumnKind::OneHot { .. }, _) => Err("holds text; predict it as a record or CSV".to_string()),
            (_, number) if number.is_nan() => Ok(Cell::Missing),
            (_, number) => Ok(Cell::Number(f64::from(number))),
        })
    }

    fn encode_cells(&self, cell: impl Fn(usize, &TableColumn) -> Result<Cell, String>) -> Result<Vec<f32>, String> {
        let mut features = Vec::with_capacity(self.features());
        for (index, column) in self.columns.iter().enumerate() {
            let encoded = cell(index, column).and_then(|cell| column.encode(&cell, &mut features));
            encoded.map_err(|problem| format!("column {}: {problem}", quoted(&column.name)))?;
        }
        Ok(features)
    }
}

/// One value of a record.
enum Cell {
    Missing,
    Number(f64),
    Text(String),
}

impl Cell {
    fn of_json(json: &Json) -> Option<Self> {
        match json {
            Json::Null => Some(Self::Missing),
            Json::Bool(value) => Some(Self::Text(value.to_string())),
            Json::Number(number) => Some(Self::Number(number.as_f64()?)),
            Json::String(text) => Some(Self::Text(text.trim().to_string())),
            Json::Array(_) | Json::Object(_) => None,
        }
    }

    fn number(&self) -> Result<Option<f64>, String> {
        match self {
            Self::Missing => Ok(None),
            Self::Number(number) => Ok(Some(*number)),
            Self::Text(text) => match value(text) {
                Value::Missing => Ok(None),
                Value::Number(number) => Ok(Some(number)),
                Value::TooLarge | Value::Text => Err(format!("{} is not a number", quoted(text))),
            },
        }
    }

    fn is_missing(&self) -> bool {
        match self {
            Self::Missing => true,
            Self::Number(_) => false,
            Self::Text(text) => value(text) == Value::Missing,
        }
    }

    /// Whether this is the text `category`; a number, in any spelling.
    fn is(&self, category: &str) -> bool {
        match self {
            Self::Missing => false,
            Self::Number(number) => value(category) == Value::Number(*number),
            Self::Text(text) => text == category,
        }
    }
}

impl TableColumn {
    /// Appends the features of `cell`.
    fn encode(&self, cell: &Cell, features: &mut Vec<f32>) -> Result<(), String> {
        let missing = || "the value is missing".to_string();
        match &self.kind {
            ColumnKind::Numeric { mean, deviation, missing: imputed } => {
                let number = cell.number()?.or(*imputed).ok_or_else(missing)?;
                let feature = standardized(number, *mean, *deviation);
                features.push(feature);
                if feature.is_finite() { Ok(()) } else { Err("the value is too far from the training values".into()) }
            }
            ColumnKind::OneHot { values, missing: imputed } => {
                let imputed = imputed.clone().map(Cell::Text);
                let cell = if cell.is_missing() { imputed.as_ref().ok_or_else(missing)? } else { cell };
                features.extend(values.iter().map(|value| f32::from(u8::from(cell.is(value)))));
                Ok(())
            }
        }
    }
}

fn absent(column: &TableColumn, record: &Map<String, Json>) -> String {
    match nearest(&column.name, record.keys().map(String::as_str)) {
        Some(name) => format!("the record does not have it; is it {}?", quoted(name)),
        None => "the record does not have it".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schema() -> TableSchema {
        let column = |name: &str, kind| TableColumn { name: name.into(), kind };
        TableSchema {
            target: "kind".into(),
            classes: vec!["a".into(), "b".into()],
            header: true,
            width: 4,
            id: None,
            notation: Default::default(),
            occurrences: Default::default(),
            columns: vec![
                column("age", ColumnKind::Numeric { mean: 40.0, deviation: 10.0, missing: None }),
                column("colour", ColumnKind::OneHot { values: vec!["red".into(), "7".into()], missing: None }),
                column("size", ColumnKind::Numeric { mean: 0.0, deviation: 2.0, missing: Some(6.0) }),
            ],
        }
    }

    fn encode(record: Json) -> Result<Vec<f32>, String> {
        let Json::Object(record) = record else { panic!("an object") };
        schema().encode_record(&record)
    }

    #[test]
    fn a_record_is_encoded_column_by_column() {
        let features = encode(json!({"size": 1, "colour": "red", "age": 50, "other": []})).unwrap();
        assert_eq!(features, [1.0, 1.0, 0.0, 0.5]);
        assert_eq!(encode(json!({"size": null, "colour": 7, "age": " 30 "})).unwrap(), [-1.0, 0.0, 1.0, 3.0]);
        assert_eq!(encode(json!({"size": "NA", "colour": "blue", "age": 40})).unwrap(), [0.0, 0.0, 0.0, 3.0]);
    }

    #[test]
    fn an_unusable_record_is_refused_with_its_column() {
        for (record, problem) in [
            (
                json!({"age": 1, "size": 1, "color": "red"}),
                "column \"colour\": the record does not have it; is it \"color\"?",
            ),
            (json!({"age": null, "colour": "red", "size": 1}), "column \"age\": the value is missing"),
            (json!({"age": "old", "colour": "red", "size": 1}), "column \"age\": \"old\" is not a number"),
            (
                json!({"age": 1e300, "colour": "red", "size": 1}),
                "column \"age\": the value is too far from the training values",
            ),
            (json!({"age": [1], "colour": "red", "size": 1}), "column \"age\": holds a list or an object"),
        ] {
            assert_eq!(encode(record).unwrap_err(), problem);
        }
    }

    #[test]
    fn a_row_of_numbers_is_encoded_unless_a_column_holds_text() {
        assert!(schema().encode_numbers(&[1.0, 2.0, 3.0]).unwrap_err().contains("column \"colour\": holds text"));
        let mut numeric = schema();
        numeric.columns.remove(1);
        assert_eq!(numeric.encode_numbers(&[50.0, f32::NAN]).unwrap(), [1.0, 3.0]);
        assert!(numeric.encode_numbers(&[50.0]).unwrap_err().contains("the model takes 2 columns"));
    }
}
