//! Describes a table's columns as they are in the file, and warns of those that look wrong.

mod distribution;
mod leak;

use rayon::prelude::*;
use serde::Serialize;

use super::raw_table::{RawTable, counts_rows};
use burn_mlp_infer::csv::Column;
use burn_mlp_infer::table::{Meaning, TableSchema};

pub use distribution::{Distribution, Range, ValueKind};
use leak::Leak;

/// Why a column that no setting names is not a feature.
const LEFT_OUT: &str = "left out";

/// What a column is used for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ColumnUse {
    Target,
    /// Number of features.
    Features(usize),
    /// Why the column is not a feature.
    Nothing(String),
}

/// A column of the training rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ColumnProfile {
    pub name: String,
    #[serde(rename = "use")]
    pub column_use: ColumnUse,
    /// What the network gets of it; `None` unless it becomes features.
    pub encoding: Option<String>,
    /// Its values; `None` if the column was not read.
    pub values: Option<Distribution>,
    /// Sentences about what looks wrong. Why a column is left out is a note on the whole table.
    pub warnings: Vec<String>,
}

impl RawTable {
    /// Describes every column over `rows`, the training rows. `labels` are the classes of all rows, or bins of their
    /// numbers.
    pub(super) fn profile(&self, schema: &TableSchema, rows: &[usize], labels: &[u32]) -> Vec<ColumnProfile> {
        let column_use = |position: usize| {
            if self.targets.contains(&position) {
                return ColumnUse::Target;
            }
            let feature = self.used.iter().position(|&used| used == position);
            match (feature.and_then(|feature| schema.columns.get(feature)), self.row_columns.key_of(position)) {
                (Some(column), _) => ColumnUse::Features(column.features()),
                (None, Some(key)) => ColumnUse::Nothing(key.to_string()),
                (None, None) => ColumnUse::Nothing(LEFT_OUT.to_string()),
            }
        };
        let described = self.names.iter().zip(&self.read.columns).enumerate();
        let described = described.map(|(position, (name, column))| {
            let encoded = self.used.iter().position(|&used| used == position).and_then(|at| schema.columns.get(at));
            let encoding = encoded.map(|column| schema.description(column));
            let meaning = encoded.and_then(|_| self.notation.meanings.get(name));
            Described { name, column_use: column_use(position), encoding, column, meaning }
        });
        profile(described.collect(), rows, labels)
    }
}

/// A column with its name and use.
struct Described<'a> {
    pub name: &'a str,
    pub column_use: ColumnUse,
    pub encoding: Option<String>,
    pub column: &'a Column,
    pub meaning: Option<&'a Meaning>,
}

/// Describes the columns over `rows`, the training rows. `labels` are the classes of all rows, or bins of their
/// numbers.
fn profile(columns: Vec<Described>, rows: &[usize], labels: &[u32]) -> Vec<ColumnProfile> {
    let leak = Leak::new(rows, labels);
    let describe = |described: Described| {
        let Described { name, column_use, encoding, column, meaning } = described;
        let values = Distribution::of(column, meaning, rows);
        let mut warnings = Vec::new();
        if let (ColumnUse::Features(_), Some(values)) = (&column_use, &values) {
            // A note says so of a column that counts the rows, whatever its name.
            let named = (is_named_id(name) && !counts_rows(column)).then(|| {
                "is named like an identifier, from which nothing can be learned; if it is one, name it in csv.id or csv.ignore".to_string()
            });
            warnings.extend(values.warning().or(named));
            warnings.extend(leak.warning(column));
        }
        ColumnProfile { name: name.to_string(), column_use, encoding, values, warnings }
    };
    columns.into_par_iter().map(describe).collect()
}

/// Whether the last word of a column's name is "id": `id`, `customer_id`, `CustomerID`, `userId`.
fn is_named_id(name: &str) -> bool {
    let name = name.trim();
    let before = name.strip_suffix("id").or_else(|| name.strip_suffix("ID")).or_else(|| name.strip_suffix("Id"));
    before.is_some_and(|before| {
        let last = before.chars().last();
        let starts_a_word = name.ends_with("ID") || name.ends_with("Id");
        last.is_none_or(|last| !last.is_alphanumeric() || (starts_a_word && last.is_lowercase()))
    })
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
