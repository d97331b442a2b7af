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
        for encoding in self.encodings() {
            // Of an ensemble, the first member's training rows tell what is unusual.
            let warns = encoding.start == 0;
            for (index, (column, place)) in encoding.columns.iter().zip(encoding.places()).enumerate() {
                let encoded = cell(index, column).and_then(|cell| {
                    let meaning = self.notation.meanings.get(&column.name);
                    let cell = cell.parsed(&self.notation, meaning);
                    let features = &mut features[place.feature..];
                    let kind = column.encode(&cell, meaning, place.first_code, features)?;
                    let Some(kind) = kind.filter(|_| warns) else { return Ok(()) };
                    let place = row.map(|row| format!("row {row}"));
                    add_warning(warnings, column.warning(kind, meaning, 1, place, cell.text()));
                    Ok(())
                });
                if let Err(problem) = encoded {
                    problems.add(&column.name, problem);
                }
            }
            if !problems.is_empty() {
                break;
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
#[path = "record_tests.rs"]
mod tests;
