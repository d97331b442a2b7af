//! What each column of a table contributes to the predictions.

use super::sanitize::short_name;
use crate::evaluation::{ColumnImportance, Importance, joined};
use crate::format::{count, number};

/// Maximum number of columns that are shown.
const MAX_COLUMNS: usize = 30;

/// The view of the section.
#[derive(Debug)]
pub(super) struct ImportanceTable {
    /// What was shuffled, and what its growth means.
    pub caption: String,
    pub columns: Vec<ImportanceRow>,
    /// Columns that say nearly the same.
    pub groups: Vec<ImportanceRow>,
    /// How many columns are left out.
    pub left_out: Option<String>,
}

#[derive(Debug)]
pub(super) struct ImportanceRow {
    pub name: String,
    /// Mean and deviation of the growth.
    pub mean: String,
    pub deviation: String,
    /// Length of the bar, in percent of the longest.
    pub bar: f64,
}

impl ImportanceTable {
    pub fn new(importance: &Importance) -> Self {
        let Importance { rows, split, repeats, metric, base, columns, groups, .. } = importance;
        let metric = if metric == "rmse" { "RMSE" } else { "loss" };
        let caption = format!(
            "By how much the {metric} on {} {split} rows, {}, grows when the values of a column are shuffled among them: mean \
             and standard deviation over {repeats} shuffles. It shows what this model relies on, not what causes the target.",
            count(*rows),
            number(*base)
        );
        let longest = columns.iter().chain(groups).map(|column| column.mean).fold(0.0, f64::max);
        let row = |column: &ColumnImportance| ImportanceRow::new(column, longest);
        let left_out = columns.len().saturating_sub(MAX_COLUMNS);
        Self {
            caption,
            columns: columns.iter().take(MAX_COLUMNS).map(row).collect(),
            groups: groups.iter().map(row).collect(),
            left_out: (left_out > 0).then(|| format!("{} columns of less importance are left out.", count(left_out))),
        }
    }
}

impl ImportanceRow {
    fn new(column: &ColumnImportance, longest: f64) -> Self {
        let names: Vec<String> = column.columns.iter().map(|name| short_name(name)).collect();
        Self {
            name: joined(&names),
            mean: number(column.mean),
            deviation: number(column.deviation),
            bar: if longest > 0.0 { 100.0 * column.mean.max(0.0) / longest } else { 0.0 },
        }
    }
}
