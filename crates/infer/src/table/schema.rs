//! How a model encodes the rows of a table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::categories::Categories;
use super::category::category;
use super::meaning::Meaning;
use super::notation::Notation;
use super::numbers::Numbers;
use super::warning::{Unlike, Warning};
use crate::Codes;
use crate::text::quoted;

/// How raw rows become features. Saved with the model, so that every later use does the same.
///
/// A column of numbers, booleans or times is scaled numbers; see [`Numbers`]. A text column of few categories is one feature for each
/// category of the training rows: 1 for its own, 0 for the others, and all 0 for a text that the training rows do not
/// have, unless a feature stands for all others; see [`category`](super::category). A text column of many categories is
/// one feature, the category's code, for which the network learns a vector. A missing value is replaced by the column's
/// `missing`, or refused if it has none; an indicator is a feature that says so. What is unlike the training rows is a
/// [`Warning`](super::Warning).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableSchema {
    /// The column with the classes, or the columns with the numbers to predict.
    pub targets: Vec<String>,
    /// The name of each class index; none in regression.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<String>,
    /// Whether a header names the columns; otherwise their names are their numbers from 1.
    pub header: bool,
    /// Number of columns of the training file, ignored ones included.
    pub width: usize,
    /// The column that names the rows, whose values predictions repeat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How values are written.
    #[serde(default)]
    pub notation: Notation,
    /// Which of several columns of one name is meant, from 1, by the name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub occurrences: BTreeMap<String, usize>,
    /// Length of the vectors that the network learns for categories of embedded columns; 0 if there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub embedding_size: usize,
    /// The columns that become features, in the order of the features; those of embedded columns come last.
    pub columns: Vec<TableColumn>,
}

fn is_zero(size: &usize) -> bool {
    *size == 0
}

/// The place of a column among the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The index of its first feature.
    pub feature: usize,
    /// Its first code, if its feature is one.
    pub first_code: usize,
}

/// A column that becomes features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableColumn {
    /// Its name in the header, or its number from 1.
    pub name: String,
    #[serde(flatten)]
    pub kind: ColumnKind,
}

/// How a column's values become features.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ColumnKind {
    /// Scaled numbers; also of booleans, dates and times of day, which the notation knows.
    Numeric(Numbers),
    /// A feature of 0 or 1 for each category.
    OneHot(Categories),
    /// One feature, the code of the category, for which the network learns a vector. Other texts always have a category.
    Embedded(Categories),
}

/// How a value is unlike the training rows; [`Unlike`] says more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Unseen,
    Respelled,
    Far,
    Missing,
}

impl TableColumn {
    /// Describes `count` values of this `meaning` that are unlike the training rows, the first of them `value` at the place
    /// `first`.
    pub(crate) fn warning(
        &self,
        kind: Kind,
        meaning: Option<&Meaning>,
        count: usize,
        first: Option<String>,
        value: String,
    ) -> Warning {
        // An `f64` would show the error of a median such as 0.15 as well.
        let filled = |number: f64| meaning.map_or((number as f32).to_string(), |meaning| meaning.text(number));
        let text = |number: f64| meaning.map_or(number.to_string(), |meaning| meaning.text(number));
        let unlike = match (kind, &self.kind) {
            (Kind::Far, ColumnKind::Numeric(numbers)) => {
                Unlike::Far { lowest: text(numbers.lowest), highest: text(numbers.highest) }
            }
            (Kind::Missing, ColumnKind::Numeric(numbers)) => {
                Unlike::Missing { filled: numbers.missing.map(filled).unwrap_or_default() }
            }
            (Kind::Missing, ColumnKind::OneHot(categories) | ColumnKind::Embedded(categories)) => {
                Unlike::Missing { filled: categories.missing.as_deref().map(quoted).unwrap_or_default() }
            }
            (
                Kind::Respelled,
                ColumnKind::OneHot(Categories { values, .. }) | ColumnKind::Embedded(Categories { values, .. }),
            ) => {
                let category = category(values, &value).map(|found| values[found.index].clone());
                Unlike::Respelled { category: category.unwrap_or_default() }
            }
            (_, ColumnKind::OneHot(categories) | ColumnKind::Embedded(categories)) => {
                Unlike::Unseen { rare: categories.other }
            }
            _ => Unlike::Unseen { rare: false },
        };
        Warning { column: self.name.clone(), unlike, count, first, value }
    }

    /// Whether a missing value is refused.
    pub fn needs_value(&self) -> bool {
        match &self.kind {
            ColumnKind::Numeric(numbers) => numbers.missing.is_none(),
            ColumnKind::OneHot(categories) | ColumnKind::Embedded(categories) => categories.needs_value(),
        }
    }

    /// Whether its feature is a code for which the network learns a vector.
    pub fn is_embedded(&self) -> bool {
        matches!(self.kind, ColumnKind::Embedded(_))
    }

    /// Number of features.
    pub fn features(&self) -> usize {
        match &self.kind {
            ColumnKind::Numeric(numbers) => numbers.features(),
            ColumnKind::OneHot(categories) => categories.count(),
            ColumnKind::Embedded(_) => 1,
        }
    }
}

impl TableSchema {
    /// Number of features of a row.
    pub fn features(&self) -> usize {
        self.columns.iter().map(TableColumn::features).sum()
    }

    /// The features that are codes of categories.
    pub fn codes(&self) -> Codes {
        let categories = |column: &TableColumn| match &column.kind {
            ColumnKind::Embedded(categories) => Some(categories.count()),
            _ => None,
        };
        Codes { categories: self.columns.iter().filter_map(categories).collect(), size: self.embedding_size }
    }

    /// Where the features of each column begin, and its first code if they are codes, which come last.
    pub fn places(&self) -> Vec<Place> {
        let codes = self.codes();
        let mut starts = codes.starts();
        let (mut number, mut code) = (0, self.features() - codes.columns());
        let place = |column: &TableColumn| match column.is_embedded().then(|| starts.next()).flatten() {
            Some(start) => {
                code += 1;
                Place { feature: code - 1, first_code: start }
            }
            None => {
                number += column.features();
                Place { feature: number - column.features(), first_code: 0 }
            }
        };
        self.columns.iter().map(place).collect()
    }

    /// Names the features: `age`, `colour=red`.
    pub fn feature_names(&self) -> Vec<String> {
        let names = |column: &TableColumn| match &column.kind {
            ColumnKind::Numeric(numbers) => numbers.feature_names(&column.name),
            ColumnKind::Embedded(_) => vec![column.name.clone()],
            ColumnKind::OneHot(Categories { values, other, indicator, .. }) => {
                let values = values.iter().map(|value| format!("{}={value}", column.name));
                let other = other.then(|| format!("{} is another", column.name));
                let missing = indicator.then(|| format!("{} is missing", column.name));
                values.chain(other).chain(missing).collect::<Vec<_>>()
            }
        };
        let (codes, others): (Vec<_>, Vec<_>) = self.columns.iter().partition(|column| column.is_embedded());
        others.into_iter().chain(codes).flat_map(names).collect()
    }

    /// The column with the classes; `None` in regression.
    pub fn class_column(&self) -> Option<&str> {
        if self.classes.is_empty() { None } else { self.targets.first().map(String::as_str) }
    }

    /// Refuses a schema that cannot encode rows.
    ///
    /// # Errors
    /// Returns a sentence.
    pub fn check(&self) -> std::result::Result<(), String> {
        let is_usable = |column: &TableColumn| match &column.kind {
            ColumnKind::Numeric(numbers) => numbers.is_usable(),
            ColumnKind::OneHot(_) => true,
            ColumnKind::Embedded(categories) => categories.other && self.embedding_size > 0,
        };
        match self.columns.iter().find(|column| !is_usable(column)) {
            Some(column) => Err(format!("column {} has no usable statistics", quoted(&column.name))),
            None if self.targets.is_empty() => Err("it has no target".to_string()),
            None if self.features() == 0 => Err("no column becomes a feature".to_string()),
            None => Ok(()),
        }
    }
}
