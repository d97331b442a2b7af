//! A table with all that training needs to know of it, or all that stands in the way.

use super::raw_table::RawTable;
use super::refusal::{Obstacle, Refusal, TableSettings};
use super::target::Target;
use crate::data::split::SplitBy;
use burn_mlp_infer::csv::Table;

/// A table that can be divided and trained on.
#[derive(Clone)]
pub(super) struct Prepared {
    pub table: RawTable,
    pub target: Target,
    /// What decides which rows are held out.
    pub by: SplitBy,
    /// Each row's weight, `[n]`.
    pub weights: Option<Vec<f32>>,
}

impl Prepared {
    /// Reads `opened` as configured, or returns what stands in the way: as much as can be found without changing a setting.
    pub fn read(opened: &mut Table, settings: &TableSettings) -> (Option<Self>, Vec<Refusal>) {
        let mut found = Vec::new();
        let table = match RawTable::read(opened, settings, &mut found) {
            Ok(table) => table,
            Err(refusal) => {
                found.push(refusal);
                return (None, found);
            }
        };
        let (columns, read, names) = (&table.row_columns, &table.read, &table.names);
        let mut obstacles = Vec::new();
        // Rows without a target have been refused already.
        let target = table.has_targets().then(|| or_obstacle(table.target(settings), &mut obstacles)).flatten();
        let by = or_obstacle(columns.split_by(read, names, settings.csv.date_order), &mut obstacles);
        let weights = or_obstacle(columns.weights(read, names).map_err(Obstacle::from), &mut obstacles);
        found.extend(obstacles.into_iter().map(|obstacle| obstacle.in_file(&table.file)));
        match (target, by, weights) {
            (Some(target), Some(by), Some(weights)) if found.is_empty() => {
                (Some(Self { table, target, by, weights }), found)
            }
            _ => (None, found),
        }
    }
}

/// Returns the value, or adds why there is none to `obstacles`.
fn or_obstacle<T>(result: Result<T, Obstacle>, obstacles: &mut Vec<Obstacle>) -> Option<T> {
    result.map_err(|obstacle| obstacles.push(obstacle)).ok()
}
