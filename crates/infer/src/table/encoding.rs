//! The encodings of a table's columns: one for each network that takes them.

use serde::{Deserialize, Serialize};

use super::schema::{ColumnKind, TableColumn};
use crate::Codes;
use crate::text::quoted;

/// Another encoding of a schema's columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OtherEncoding {
    /// As [`TableSchema::embedding_size`](super::TableSchema::embedding_size).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub embedding_size: usize,
    /// Columns of the same names, in the same order, as [`TableSchema::columns`](super::TableSchema::columns).
    pub columns: Vec<TableColumn>,
}

/// One encoding of a schema: a part of a row's features, which is all that one network takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Encoding<'s> {
    /// The columns, in the order of their features.
    pub columns: &'s [TableColumn],
    /// Length of the vectors of embedded columns.
    pub embedding_size: usize,
    /// The index of the first feature.
    pub start: usize,
}

/// The place of a column among the features.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The index of its first feature.
    pub feature: usize,
    /// Its first code, if its feature is one.
    pub first_code: usize,
}

impl Encoding<'_> {
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
        let (mut number, mut code) = (self.start, self.start + self.features() - codes.columns());
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

    /// Refuses columns that cannot encode rows.
    pub(super) fn check(&self) -> std::result::Result<(), String> {
        let is_usable = |column: &TableColumn| match &column.kind {
            ColumnKind::Numeric(numbers) => numbers.is_usable(),
            ColumnKind::OneHot(_) => true,
            ColumnKind::Embedded(categories) => categories.other && self.embedding_size > 0,
        };
        match self.columns.iter().find(|column| !is_usable(column)) {
            Some(column) => Err(format!("column {} has no usable statistics", quoted(&column.name))),
            None if self.features() == 0 => Err("no column becomes a feature".to_string()),
            None => Ok(()),
        }
    }
}

pub(super) fn is_zero(size: &usize) -> bool {
    *size == 0
}
