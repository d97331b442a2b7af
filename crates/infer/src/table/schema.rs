//! How a model encodes the rows of a table.

use std::collections::BTreeMap;
use std::ops::Not;

use serde::{Deserialize, Serialize};

use super::category::category;
use super::notation::Notation;
use super::warning::{Unlike, Warning};
use crate::text::quoted;

/// How raw rows become features. Saved with the model, so that every later use does the same.
///
/// A numeric column is one feature, `(x - mean) / deviation`. A text column is one feature for each category of the
/// training rows: 1 for its own, 0 for the others, and all 0 for a text that the training rows do not have, unless a
/// feature stands for all others; see [`category`](super::category). A missing value is replaced by the column's
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
    /// The columns that become features, in the order of the features.
    pub columns: Vec<TableColumn>,
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
    /// One feature, `(x - mean) / deviation`; 0 and 1 without standardisation.
    Numeric {
        mean: f64,
        deviation: f64,
        /// Range of the training rows.
        lowest: f64,
        highest: f64,
        /// Replaces a missing value, which is otherwise refused.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missing: Option<f64>,
        /// Whether a second feature is 1 where the value is missing.
        #[serde(default, skip_serializing_if = "Not::not")]
        indicator: bool,
    },
    /// A feature of 0 or 1 for each of these values.
    OneHot {
        values: Vec<String>,
        /// Whether one more feature stands for all other texts, the rare ones of the training rows included.
        #[serde(default, skip_serializing_if = "Not::not")]
        other: bool,
        /// Replaces a missing value, which is otherwise refused or, with an indicator, a category of its own.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        missing: Option<String>,
        /// Whether the last feature is 1 where the value is missing.
        #[serde(default, skip_serializing_if = "Not::not")]
        indicator: bool,
    },
}

/// How a value is unlike the training rows; [`Unlike`] says more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Unseen,
    Respelled,
    Far,
    Missing,
}

/// The feature of a number in a numeric column.
#[inline]
pub(crate) fn standardized(number: f64, mean: f64, deviation: f64) -> f32 {
    ((number - mean) / deviation) as f32
}

/// Whether a number lies outside the training rows' range by more than the range's own width.
#[inline]
pub(crate) fn is_far(number: f64, lowest: f64, highest: f64) -> bool {
    let width = highest - lowest;
    number < lowest - width || number > highest + width
}

impl TableColumn {
    /// Describes `count` values that are unlike the training rows, the first of them `value` at the place `first`.
    pub(crate) fn warning(&self, kind: Kind, count: usize, first: Option<String>, value: String) -> Warning {
        let unlike = match (kind, &self.kind) {
            (Kind::Far, &ColumnKind::Numeric { lowest, highest, .. }) => Unlike::Far { lowest, highest },
            (Kind::Missing, ColumnKind::Numeric { missing, .. }) => {
                // An `f64` would show the error of a median such as 0.15 as well.
                Unlike::Missing { filled: missing.map(|number| (number as f32).to_string()).unwrap_or_default() }
            }
            (Kind::Missing, ColumnKind::OneHot { missing, .. }) => {
                Unlike::Missing { filled: missing.as_deref().map(quoted).unwrap_or_default() }
            }
            (Kind::Respelled, ColumnKind::OneHot { values, .. }) => {
                let category = category(values, &value).map(|found| values[found.index].clone());
                Unlike::Respelled { category: category.unwrap_or_default() }
            }
            _ => Unlike::Unseen,
        };
        Warning { column: self.name.clone(), unlike, count, first, value }
    }

    /// Whether a missing value is refused.
    pub fn needs_value(&self) -> bool {
        match &self.kind {
            ColumnKind::Numeric { missing, .. } => missing.is_none(),
            ColumnKind::OneHot { missing, indicator, .. } => missing.is_none() && !indicator,
        }
    }

    /// Number of features.
    pub fn features(&self) -> usize {
        match &self.kind {
            ColumnKind::Numeric { indicator, .. } => 1 + usize::from(*indicator),
            ColumnKind::OneHot { values, other, indicator, .. } => {
                values.len() + usize::from(*other) + usize::from(*indicator)
            }
        }
    }
}

impl TableSchema {
    /// Number of features of a row.
    pub fn features(&self) -> usize {
        self.columns.iter().map(TableColumn::features).sum()
    }

    /// Names the features: `age`, `colour=red`.
    pub fn feature_names(&self) -> Vec<String> {
        let names = |column: &TableColumn| match &column.kind {
            ColumnKind::Numeric { indicator, .. } => {
                let missing = indicator.then(|| format!("{} is missing", column.name));
                [column.name.clone()].into_iter().chain(missing).collect()
            }
            ColumnKind::OneHot { values, other, indicator, .. } => {
                let values = values.iter().map(|value| format!("{}={value}", column.name));
                let other = other.then(|| format!("{} is another", column.name));
                let missing = indicator.then(|| format!("{} is missing", column.name));
                values.chain(other).chain(missing).collect::<Vec<_>>()
            }
        };
        self.columns.iter().flat_map(names).collect()
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
        let is_finite = |column: &TableColumn| match &column.kind {
            ColumnKind::Numeric { mean, deviation, lowest, highest, missing, .. } => {
                let numbers = [mean, deviation, lowest, highest].into_iter().chain(missing);
                numbers.into_iter().all(|number| number.is_finite()) && *deviation > 0.0
            }
            ColumnKind::OneHot { .. } => true,
        };
        match self.columns.iter().find(|column| !is_finite(column)) {
            Some(column) => Err(format!("column {} has no usable statistics", quoted(&column.name))),
            None if self.targets.is_empty() => Err("it has no target".to_string()),
            None if self.features() == 0 => Err("no column becomes a feature".to_string()),
            None => Ok(()),
        }
    }
}
