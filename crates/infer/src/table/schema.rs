//! How a model encodes the rows of a table.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::categories::Categories;
use super::category::category;
use super::encoding::{Encoding, OtherEncoding, is_zero};
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
    /// Other encodings of the same columns, whose features follow: those of an ensemble's members that were fitted on
    /// other rows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_encodings: Vec<OtherEncoding>,
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
    /// Number of features of a row, in all encodings.
    pub fn features(&self) -> usize {
        self.encodings().last().map_or(0, |last| last.start + last.features())
    }

    /// All encodings, in the order of their features.
    pub fn encodings(&self) -> Vec<Encoding<'_>> {
        let mut start = 0;
        let own = (self.columns.as_slice(), self.embedding_size);
        let others = self.other_encodings.iter().map(|other| (other.columns.as_slice(), other.embedding_size));
        let encoding = |(columns, embedding_size)| {
            let encoding = Encoding { columns, embedding_size, start };
            start += encoding.features();
            encoding
        };
        std::iter::once(own).chain(others).map(encoding).collect()
    }

    /// Returns the schema with only the encoding at `index`.
    pub fn with_encoding(&self, index: usize) -> Self {
        let encoding = self.encodings().get(index).map(|found| (found.embedding_size, found.columns.to_vec()));
        let (embedding_size, columns) = encoding.unwrap_or((self.embedding_size, self.columns.clone()));
        Self { embedding_size, columns, other_encodings: Vec::new(), ..self.clone() }
    }

    /// Its own encoding, the first.
    pub fn encoding(&self) -> Encoding<'_> {
        Encoding { columns: &self.columns, embedding_size: self.embedding_size, start: 0 }
    }

    /// The features of its own encoding that are codes of categories.
    pub fn codes(&self) -> Codes {
        self.encoding().codes()
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
        if self.targets.is_empty() {
            return Err("it has no target".to_string());
        }
        for encoding in self.encodings() {
            encoding.check()?;
            let names = |columns: &[TableColumn]| columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
            if names(encoding.columns) != names(&self.columns) {
                return Err("its encodings are of other columns".to_string());
            }
        }
        Ok(())
    }
}
