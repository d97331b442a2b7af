//! Says what columns become.

use super::meaning::Meaning;
use super::numbers::Numbers;
use super::scaling::Scaling;
use super::schema::{ColumnKind, TableColumn, TableSchema};

impl TableSchema {
    /// Says what the network gets of a column: `a number, standardised`, `3 features of 0 or 1`.
    pub fn description(&self, column: &TableColumn) -> String {
        match &column.kind {
            ColumnKind::Numeric(numbers) => of_numbers(numbers, self.notation.meanings.get(&column.name)),
            ColumnKind::OneHot(categories) => format!("{} features of 0 or 1", categories.count()),
            ColumnKind::Embedded(categories) => {
                format!("one of {} learned vectors of {} numbers", categories.count(), self.embedding_size)
            }
        }
    }
}

fn of_numbers(numbers: &Numbers, meaning: Option<&Meaning>) -> String {
    let kind = match meaning {
        Some(Meaning::Date(_)) => "a date",
        Some(Meaning::Time) => "a time of day",
        Some(Meaning::Boolean(_)) => "0 or 1",
        Some(Meaning::Unit(_)) | None => "a number",
    };
    let scaling = match &numbers.scaling {
        Scaling::None => "",
        Scaling::Standard { .. } => ", standardised",
        Scaling::Robust { .. } => ", scaled by median and quartiles",
        Scaling::Quantile { .. } => ", made normal by its quantiles",
    };
    let cycles: String = numbers.cycles.iter().map(|cycle| format!(", sine and cosine of the {cycle}")).collect();
    let bins = if numbers.bins() > 0 { format!(", {} bins", numbers.bins()) } else { String::new() };
    let missing = if numbers.indicator { ", whether it is missing" } else { "" };
    format!("{kind}{scaling}{cycles}{bins}{missing}")
}
