//! Describes missing values.

use std::fmt;

use rayon::prelude::*;

use super::column::Column;
use super::lines::Lines;
use crate::text::quoted;

/// Missing values: the first, and how many there are.
pub struct Gaps {
    /// Index of the first record that has one.
    pub record: usize,
    place: String,
    column: String,
    values: usize,
    columns: usize,
}

impl Gaps {
    /// Finds those of `rows` in `columns`, each with its name.
    pub fn of(columns: &[(&str, &Column)], rows: &[usize], lines: &Lines) -> Option<Self> {
        let missing = |(name, column): &(&str, &Column)| {
            let mut missing = rows.iter().filter(|&&row| column.is_missing(row));
            let first = *missing.next()?;
            Some((first, name.to_string(), 1 + missing.count()))
        };
        let gaps: Vec<(usize, String, usize)> = columns.par_iter().filter_map(missing).collect();
        let (record, column, _) = gaps.iter().min_by_key(|(record, ..)| *record)?.clone();
        let values = gaps.iter().map(|(.., count)| count).sum();
        Some(Self { record, place: lines.place(record), column, values, columns: gaps.len() })
    }
}

impl fmt::Display for Gaps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, column {}: the value is missing", self.place, quoted(&self.column))?;
        match (self.values, self.columns) {
            (1, _) => Ok(()),
            (2, 1) => f.write_str(", as is another in the column"),
            (values, 1) => write!(f, ", as are {} others in the column", values - 1),
            (2, _) => f.write_str(", as is another in a second column"),
            (values, columns) => write!(f, ", as are {} others in {columns} columns", values - 1),
        }
    }
}
