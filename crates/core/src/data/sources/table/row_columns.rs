//! Columns that say something of a row and are not features: id, weight, group and time.

use super::refusal::{Cure, Obstacle, Refusal, TableSettings};
use super::time_column::times;
use crate::Error;
use crate::config::DateOrder;
use crate::data::split::SplitBy;
use burn_mlp_infer::csv::{Column, Columns, Gaps, Role, Table};
use burn_mlp_infer::text::quoted;

/// The positions of these columns, if the configuration names them.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct RowColumns {
    pub id: Option<usize>,
    pub weight: Option<usize>,
    pub group: Option<usize>,
    pub time: Option<usize>,
}

impl RowColumns {
    /// Finds the columns and sets their `roles`.
    ///
    /// # Errors
    /// [`Error::Config`] if a column does not exist, or rows are to be split both by group and by
    /// time.
    pub fn find(table: &Table, settings: &TableSettings, roles: &mut [Role]) -> std::result::Result<Self, Refusal> {
        let (csv, split) = (&settings.csv, &settings.split);
        let mut find = |key: &str, column: &str, role: Role| match column.trim() {
            "" => Ok(None),
            column => {
                let position = find_one(table, key, column, roles)?;
                roles[position] = role;
                Ok::<_, Refusal>(Some(position))
            }
        };
        let found = Self {
            id: find("csv.id", &csv.id, Role::Texts)?,
            group: find("split.group", &split.group, Role::Texts)?,
            time: find("split.time", &split.time, Role::Either)?,
            weight: find("csv.weight", &csv.weight, Role::Numbers)?,
        };
        match found {
            Self { group: Some(_), time: Some(_), .. } => {
                let problem = "cannot be used together with split.group; leave one of them out";
                Err(Error::config("split.time", problem).into())
            }
            // A column has one type, and that of a weight or a time is not that of a name.
            Self { weight: Some(weight), id, group, time, .. } if [id, group, time].contains(&Some(weight)) => {
                let problem = format!("{} has another use already; name another column", quoted(&table.names[weight]));
                Err(Error::config("csv.weight", problem).into())
            }
            Self { time: Some(time), id: Some(id), .. } if time == id => {
                Err(Error::config("csv.id", "names the column of split.time; name another column").into())
            }
            _ => Ok(found),
        }
    }

    /// Returns the key of the setting that names this column, if one does.
    pub fn key_of(&self, column: usize) -> Option<&'static str> {
        let Self { id, weight, group, time } = *self;
        let keys = [(id, "csv.id"), (weight, "csv.weight"), (group, "split.group"), (time, "split.time")];
        keys.into_iter().find(|(position, _)| *position == Some(column)).map(|(_, key)| key)
    }

    /// The columns that decide what a run computes, besides the features and the target.
    pub fn deciding(&self) -> impl Iterator<Item = usize> {
        [self.weight, self.group, self.time].into_iter().flatten()
    }

    /// Returns each row's id; empty where it is missing.
    pub fn ids(&self, read: &Columns) -> Option<Vec<String>> {
        read.columns[self.id?].texts()
    }

    /// Returns each row's weight.
    ///
    /// # Errors
    /// Returns a sentence if one is missing or negative.
    pub fn weights(&self, read: &Columns, names: &[String]) -> std::result::Result<Option<Vec<f32>>, String> {
        let Some(column) = self.weight else { return Ok(None) };
        check_complete(read, column, names, "every row needs a weight")?;
        let Column::Numbers(weights) = &read.columns[column] else { return Ok(None) };
        match weights.iter().position(|&weight| weight < 0.0) {
            Some(row) => Err(format!(
                "{}, column {}: the weight {} is negative; weights are numbers from 0",
                read.lines.place(row),
                quoted(&names[column]),
                weights[row]
            )),
            None => Ok(Some(weights.iter().map(|&weight| weight as f32).collect())),
        }
    }

    /// Returns what decides which rows are held out.
    ///
    /// # Errors
    /// If a row has no group or time, or a time cannot be read.
    pub fn split_by(
        &self,
        read: &Columns,
        names: &[String],
        order: DateOrder,
    ) -> std::result::Result<SplitBy, Obstacle> {
        match (self.group, self.time) {
            (Some(column), _) => {
                check_complete(read, column, names, "every row needs a group")?;
                match &read.columns[column] {
                    Column::Texts(texts) => Ok(SplitBy::Group(texts.rows.clone())),
                    Column::Numbers(_) | Column::LeftOut => Err("has no column of groups".to_string().into()),
                }
            }
            (None, Some(column)) => {
                check_complete(read, column, names, "every row needs a time")?;
                times(&read.columns[column], &names[column], order, &|row| read.lines.place(row)).map(SplitBy::Time)
            }
            (None, None) => Ok(SplitBy::Class),
        }
    }
}

/// Finds the one column in use that the setting `key` selects.
///
/// # Errors
/// If it does not exist, or several columns have that name, of which all but the first can be left out.
pub(super) fn find_one(
    table: &Table,
    key: &str,
    selector: &str,
    roles: &[Role],
) -> std::result::Result<usize, Refusal> {
    let found = table.find_all(key, selector)?;
    let mut used = found.iter().copied().filter(|&column| roles[column] != Role::LeftOut);
    match (used.next(), used.next()) {
        (Some(one), Some(other)) => Err(Refusal::new(table.two_of_one_name(one, other), Cure::Ignore(other + 1))),
        (only, _) => Ok(only.or(found.first().copied()).unwrap_or_default()),
    }
}

fn check_complete(read: &Columns, column: usize, names: &[String], way_out: &str) -> std::result::Result<(), String> {
    let rows: Vec<usize> = (0..read.rows()).collect();
    match Gaps::of(&[(names[column].as_str(), &read.columns[column])], &rows, &read.lines) {
        Some(gaps) => Err(format!("{gaps}; {way_out}")),
        None => Ok(()),
    }
}
