//! One row of a table as values by column name.

use serde_json::{Map, Value as Json};

use super::categories::Categories;
use super::category::category;
use super::class::find_class;
use super::meaning::Meaning;
use super::notation::Notation;
use super::problems::{Problem, Problems};
use super::schema::{ColumnKind, Kind, TableColumn, TableSchema};
use super::value::Value;
use super::warning::{Warning, add_warning};
use crate::suggest::nearest;
use crate::text::quoted;

impl TableSchema {
    /// Encodes a record, values by column name, as features `[features]`. Entries that are not columns of this schema are
    /// ignored. `null`, an empty text and the marks of a missing value in a file are missing values. Adds what is unlike
    /// the training rows to `warnings`; `row`, the record's number from 1, names its place in them.
    ///
    /// # Errors
    /// Returns a sentence naming the columns that are absent, hold another type, are missing without an imputed value, or
    /// lie too far from the training values.
    pub fn encode_record(
        &self,
        record: &Map<String, Json>,
        row: Option<usize>,
        warnings: &mut Vec<Warning>,
    ) -> Result<Vec<f32>, String> {
        let cell = |column: &TableColumn| match record.get(&column.name) {
            Some(json) => Cell::of_json(json).ok_or_else(|| Problem::Cell("holds a list or an object".to_string())),
            None => {
                Err(Problem::Absent(nearest(&column.name, record.keys().map(String::as_str)).map(ToString::to_string)))
            }
        };
        let features = self.encode_cells(|_, column| cell(column), row, warnings)?;
        if let Some(column) = self.class_column() {
            let cell = record.get(column).and_then(Cell::of_json).map(|cell| cell.parsed(&self.notation, None));
            let class = cell.map(|cell| cell.text()).unwrap_or_default();
            if !class.is_empty() {
                let first = row.map(|row| format!("row {row}"));
                let warning = find_class(&self.classes, column, &class).1;
                warning
                    .into_iter()
                    .for_each(|warning| add_warning(warnings, Warning { first: first.clone(), ..warning }));
            }
        }
        Ok(features)
    }

    /// Encodes the numbers `[columns]` of a row; NaN is a missing value.
    ///
    /// # Errors
    /// As [`encode_record`](Self::encode_record); also if there are text columns or another number of columns.
    pub fn encode_numbers(
        &self,
        numbers: &[f32],
        row: Option<usize>,
        warnings: &mut Vec<Warning>,
    ) -> Result<Vec<f32>, String> {
        if numbers.len() != self.columns.len() {
            return Err(format!("has {} values; the model takes {} columns", numbers.len(), self.columns.len()));
        }
        let cell = |index: usize, column: &TableColumn| match (&column.kind, numbers[index]) {
            (ColumnKind::OneHot(_) | ColumnKind::Embedded(_), _) => {
                Err(Problem::Cell("holds text; predict it as a record or CSV".to_string()))
            }
            (_, number) if number.is_nan() => Ok(Cell::Missing),
            (_, number) => Ok(Cell::Number(f64::from(number), number.to_string())),
        };
        self.encode_cells(cell, row, warnings)
    }

    fn encode_cells(
        &self,
        cell: impl Fn(usize, &TableColumn) -> Result<Cell, Problem>,
        row: Option<usize>,
        warnings: &mut Vec<Warning>,
    ) -> Result<Vec<f32>, String> {
        let (mut features, mut problems) = (vec![0.0; self.features()], Problems::default());
        for (index, (column, place)) in self.columns.iter().zip(self.places()).enumerate() {
            let encoded = cell(index, column).and_then(|cell| {
                let meaning = self.notation.meanings.get(&column.name);
                let cell = cell.parsed(&self.notation, meaning);
                let features = &mut features[place.feature..];
                let kind = column.encode(&cell, meaning, place.first_code, features)?;
                let Some(kind) = kind else { return Ok(()) };
                let place = row.map(|row| format!("row {row}"));
                add_warning(warnings, column.warning(kind, meaning, 1, place, cell.text()));
                Ok(())
            });
            if let Err(problem) = encoded {
                problems.add(&column.name, problem);
            }
        }
        problems.into_result().map(|()| features)
    }
}

/// One value of a record.
enum Cell {
    Missing,
    /// A number, and how it is written: a long integer is exact only so.
    Number(f64, String),
    /// A text, and its number if it is one.
    Text(String, Option<f64>),
}

impl Cell {
    fn of_json(json: &Json) -> Option<Self> {
        match json {
            Json::Null => Some(Self::Missing),
            Json::Bool(value) => Some(Self::Text(value.to_string(), None)),
            Json::Number(number) => Some(Self::Number(number.as_f64()?, number.to_string())),
            Json::String(text) => Some(Self::Text(text.trim().to_string(), None)),
            Json::Array(_) | Json::Object(_) => None,
        }
    }

    fn number(&self, meaning: Option<&Meaning>) -> Result<Option<f64>, String> {
        match self {
            Self::Missing => Ok(None),
            Self::Number(number, _) if meaning.is_none_or(|meaning| meaning.has(*number)) => Ok(Some(*number)),
            Self::Text(_, Some(number)) => Ok(Some(*number)),
            Self::Number(_, text) | Self::Text(text, _) => {
                Err(format!("{} is not {}", quoted(text), meaning.map_or("a number".to_string(), Meaning::noun)))
            }
        }
    }

    /// Parses a text of this `meaning` as files with this notation are parsed.
    fn parsed(self, notation: &Notation, meaning: Option<&Meaning>) -> Self {
        let parse = |text: &str| match meaning {
            Some(meaning) => notation.value_in(meaning, text),
            None => notation.value(text),
        };
        match self {
            Self::Number(number, _) if notation.missing_numbers.contains(&number) => Self::Missing,
            Self::Text(text, _) => match parse(&text) {
                Value::Missing => Self::Missing,
                Value::Number(number) => Self::Text(text, Some(number)),
                Value::TooLarge | Value::Text => Self::Text(text, None),
            },
            cell => cell,
        }
    }

    /// The index of the category, and how the value is unlike the training rows; `None` if a missing value is refused.
    fn category(&self, categories: &Categories) -> Option<(Option<usize>, Option<Kind>)> {
        let find = |text: &str| category(&categories.values, text);
        match (self, &categories.missing) {
            (Self::Missing, Some(imputed)) => Some((find(imputed).map(|found| found.index), Some(Kind::Missing))),
            (Self::Missing, None) => categories.indicator.then(|| (categories.missing_index(), Some(Kind::Missing))),
            (cell, _) => Some(match find(&cell.text()) {
                Some(found) => (Some(found.index), found.respelled.then_some(Kind::Respelled)),
                None => (categories.other_index(), Some(Kind::Unseen)),
            }),
        }
    }

    /// The value as a file has it; empty if it is missing.
    fn text(&self) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Number(_, text) | Self::Text(text, _) => text.clone(),
        }
    }
}

impl TableColumn {
    /// Writes the features of `cell`, which are 0 before, or its code, counted from `first_code`. Returns how it is unlike
    /// the training rows.
    fn encode(
        &self,
        cell: &Cell,
        meaning: Option<&Meaning>,
        first_code: usize,
        features: &mut [f32],
    ) -> Result<Option<Kind>, String> {
        let missing = || "the value is missing".to_string();
        match &self.kind {
            ColumnKind::Numeric(numbers) => {
                let given = cell.number(meaning)?;
                if given.or(numbers.missing).is_none() {
                    return Err(missing());
                }
                numbers.write(given, features);
                match given {
                    _ if !features[0].is_finite() => Err("the value is too far from the training values".into()),
                    None => Ok(Some(Kind::Missing)),
                    Some(number) => Ok(numbers.is_far(number).then_some(Kind::Far)),
                }
            }
            ColumnKind::OneHot(categories) => {
                let (index, kind) = cell.category(categories).ok_or_else(missing)?;
                if let Some(index) = index {
                    features[index] = 1.0;
                }
                Ok(kind)
            }
            ColumnKind::Embedded(categories) => {
                let (index, kind) = cell.category(categories).ok_or_else(missing)?;
                features[0] = (first_code + categories.code(index)) as f32;
                Ok(kind)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::table::{Numbers, Scaling};

    fn schema() -> TableSchema {
        let column = |name: &str, kind| TableColumn { name: name.into(), kind };
        let numeric = |mean, deviation, missing| {
            let range = (mean - 2.0 * deviation, mean + 2.0 * deviation);
            let numbers = Numbers::new(Scaling::Standard { mean, deviation }, range);
            ColumnKind::Numeric(Numbers { missing, ..numbers })
        };
        TableSchema {
            targets: vec!["kind".into()],
            classes: vec!["a".into(), "b".into()],
            header: true,
            width: 4,
            id: None,
            notation: Default::default(),
            occurrences: Default::default(),
            embedding_size: 0,
            columns: vec![
                column("age", numeric(40.0, 10.0, None)),
                column(
                    "colour",
                    ColumnKind::OneHot(Categories {
                        values: vec!["red".into(), "7".into()],
                        other: false,
                        missing: None,
                        indicator: false,
                    }),
                ),
                column("size", numeric(0.0, 2.0, Some(6.0))),
            ],
        }
    }

    fn encode(record: Json) -> Result<Vec<f32>, String> {
        let Json::Object(record) = record else { panic!("an object") };
        schema().encode_record(&record, None, &mut Vec::new())
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
    fn all_that_is_wrong_with_a_record_is_said_at_once() {
        assert_eq!(
            encode(json!({"color": "red", "size": "big"})).unwrap_err(),
            "columns \"age\", \"colour\" (is it \"color\"?): the record does not have them; column \"size\": \"big\" is not a \
             number"
        );
        let mut wide = schema();
        let column = wide.columns[0].clone();
        wide.columns = (1..=9).map(|number| TableColumn { name: format!("x{number}"), ..column.clone() }).collect();
        let refused = |value: Option<&str>| {
            let cells = wide.columns.iter().filter_map(|column| Some((column.name.clone(), json!(value?)))).collect();
            wide.encode_record(&cells, None, &mut Vec::new()).unwrap_err()
        };
        let absent = refused(None);
        assert_eq!(absent, "columns \"x1\", \"x2\", \"x3\", \"x4\", \"x5\" and 4 more: the record does not have them");
        let texts = refused(Some("old"));
        assert!(texts.starts_with("column \"x1\": \"old\" is not a number; column \"x2\": \"old\" is not"), "{texts}");
        assert!(texts.ends_with("column \"x5\": \"old\" is not a number; 4 more columns cannot be used"), "{texts}");
    }

    #[test]
    fn a_number_in_a_text_column_is_the_text_that_was_sent() {
        let mut schema = schema();
        let long = ["9007199254740992", "9007199254740993"].map(String::from).to_vec();
        schema.columns = vec![TableColumn {
            name: "code".into(),
            kind: ColumnKind::OneHot(Categories { values: long, other: false, missing: None, indicator: false }),
        }];
        let mut warnings = Vec::new();
        for (code, features) in [(json!(9007199254740993_u64), [0.0, 1.0]), (json!(1e300), [0.0, 0.0])] {
            let Json::Object(record) = json!({ "code": code }) else { panic!("an object") };
            assert_eq!(schema.encode_record(&record, None, &mut warnings).unwrap(), features);
        }
        assert_eq!(warnings[0].value, "1e+300");
    }

    #[test]
    fn a_row_of_numbers_is_encoded_unless_a_column_holds_text() {
        assert!(
            schema()
                .encode_numbers(&[1.0, 2.0, 3.0], None, &mut Vec::new())
                .unwrap_err()
                .contains("column \"colour\": holds text")
        );
        let mut numeric = schema();
        numeric.columns.remove(1);
        assert_eq!(numeric.encode_numbers(&[50.0, f32::NAN], None, &mut Vec::new()).unwrap(), [1.0, 3.0]);
        assert!(
            numeric.encode_numbers(&[50.0], None, &mut Vec::new()).unwrap_err().contains("the model takes 2 columns")
        );
    }

    #[test]
    fn what_is_unlike_the_training_rows_is_counted_with_its_first_row() {
        let mut warnings = Vec::new();
        let records = [
            json!({"age": 61, "colour": "red", "size": 1}),
            json!({"age": 101, "colour": 7.0, "size": null}),
            json!({"age": "-21", "colour": "07", "size": ""}),
            json!({"age": 40, "colour": true, "size": 2, "kind": "c"}),
        ];
        for (row, record) in records.iter().enumerate() {
            let Json::Object(record) = record else { panic!("an object") };
            schema().encode_record(record, Some(row + 1), &mut warnings).unwrap();
        }
        let sentences: Vec<String> = warnings.iter().map(Warning::to_string).collect();
        assert_eq!(
            sentences,
            [
                "column \"age\": 2 values, the first 101 in row 2, lie far outside the training rows, which go from 20 to 60",
                "column \"size\": 2 values, the first in row 2, are missing; 6 is filled in",
                "column \"colour\": \"07\" in row 3 is spelled differently in the training rows; \"07\" is read as \"7\"",
                "column \"colour\": \"true\" in row 4 is not among the values of the training rows; its features are 0",
                "column \"kind\": \"c\" in row 4 is not a class of the model",
            ]
        );
    }
}
