//! Reads a table from a file, before any statistics.

use std::collections::BTreeMap;

use super::column_choice::{Chosen, choose_columns};
use super::meanings::read_meanings;
use super::refusal::{Cure, Obstacle, Refusal, TableSettings};
use super::row_columns::RowColumns;
use super::target::{Target, task_of_numbers};
use super::text_notes::mark_hint;
use crate::Error;
use crate::config::{CsvConfig, MissingValues, TaskName};
use crate::data::Origins;
use crate::format::count;
use burn_mlp_infer::csv::{Column, Columns, Gaps, NumberOptions, Role, Table, Undecided, Undetected};
use burn_mlp_infer::table::Notation;
use burn_mlp_infer::text::quoted;

/// Minimum number of rows for a column to be recognised as a row index.
const MIN_INDEX_ROWS: usize = 10;

/// Maximum share of rows without a target; more are a mistake rather than gaps.
const MAX_WITHOUT_TARGET: f64 = 0.2;

/// A table and the roles of its columns.
#[derive(Clone)]
pub(super) struct RawTable {
    /// The file's name, for messages.
    pub file: String,
    /// Whether the first line contains the names.
    pub header: bool,
    pub names: Vec<String>,
    pub read: Columns,
    /// How the values are written.
    pub notation: Notation,
    /// Indices of the columns to predict: one of classes, or some of numbers.
    pub targets: Vec<usize>,
    /// Indices of the columns that become features.
    pub used: Vec<usize>,
    /// The columns with another use.
    pub row_columns: RowColumns,
    /// Remarks for the user, each a sentence.
    pub notes: Vec<String>,
}

impl RawTable {
    /// Reads the table as configured. Adds to `found` what stands in the way of training and not of reading on.
    ///
    /// # Errors
    /// [`Error::Data`] if it is not a table with a target and a feature; [`Error::Config`] if a setting names a column that
    /// does not exist.
    pub fn read(
        opened: &mut Table,
        settings: &TableSettings,
        found: &mut Vec<Refusal>,
    ) -> std::result::Result<Self, Refusal> {
        let file = opened.file.clone();
        let Chosen { targets, mut roles, row_columns, notes } = choose_columns(opened, settings)?;
        let mut notation = Notation::with_marks(&settings.csv.na);
        let (read, task_note) = detect(opened, &targets, &mut roles, &mut notation, settings)?;
        if read.rows() == 0 {
            return Err(Error::data(file, "has no rows below its first line").into());
        }
        let is_feature = |&column: &usize| {
            !targets.contains(&column) && roles[column] != Role::LeftOut && row_columns.key_of(column).is_none()
        };
        let used = (0..roles.len()).filter(is_feature).collect();
        let (header, names) = (opened.header, opened.names.clone());
        let notes = notes.into_iter().chain(task_note).chain(opened.notes.iter().cloned()).collect();
        let mut table = Self { file, header, names, read, notation, targets, used, row_columns, notes };
        let obstacles = table.interpret(opened, &roles, settings);
        found.extend(obstacles.into_iter().map(|obstacle| obstacle.in_file(&table.file)));
        Ok(table)
    }

    /// Leaves out what teaches nothing, and reads texts that mean a number. Returns what must be decided or completed first.
    fn interpret(&mut self, opened: &Table, roles: &[Role], settings: &TableSettings) -> Vec<Obstacle> {
        let mut obstacles = Vec::new();
        obstacles.extend(self.leave_out_rows_without_target().err().map(Obstacle::from));
        self.leave_out_indices(opened);
        obstacles.extend(self.read_meanings(roles, &settings.csv));
        self.note_texts(roles, settings);
        if self.used.is_empty() {
            obstacles.push("has no column left as a feature; see csv.ignore".to_string().into());
        }
        obstacles.extend(self.check_complete(&settings.csv));
        obstacles
    }

    /// Returns the columns that become features, with their names.
    pub fn named_columns(&self) -> Vec<(&str, &Column)> {
        self.used.iter().map(|&column| (self.names[column].as_str(), &self.read.columns[column])).collect()
    }

    /// Returns every column that decides what a run computes, with its name.
    pub fn deciding_columns(&self) -> Vec<(&str, &Column)> {
        let others = self.targets.iter().copied().chain(self.row_columns.deciding());
        let others = others.map(|column| (self.names[column].as_str(), &self.read.columns[column]));
        self.named_columns().into_iter().chain(others).collect()
    }

    /// Returns the names of the columns to predict.
    pub fn target_names(&self) -> Vec<String> {
        self.targets.iter().map(|&target| self.names[target].clone()).collect()
    }

    /// Returns where these rows are from.
    pub fn origins(&self, rows: &[usize]) -> Origins {
        Origins::of_table(&self.read.lines, self.row_columns.ids(&self.read), rows)
    }

    /// Numbers the columns in use that share their name with one that is left out.
    pub fn occurrences(&self) -> BTreeMap<String, usize> {
        let same = |column: usize| (0..self.names.len()).filter(move |&other| self.names[other] == self.names[column]);
        let number = |&column: &usize| {
            let number = same(column).take_while(|&other| other <= column).count();
            (self.names[column].clone(), number)
        };
        let in_use = self.used.iter().chain(&self.targets).chain(&self.row_columns.id);
        in_use.filter(|&&column| self.header && same(column).count() > 1).map(number).collect()
    }

    /// Whether every row has its targets.
    pub fn has_targets(&self) -> bool {
        let is_missing = |row: usize| self.targets.iter().any(|&target| self.read.columns[target].is_missing(row));
        !(0..self.read.rows()).any(is_missing)
    }

    /// Returns the target of all rows, none of which lacks it.
    ///
    /// # Errors
    /// See [`Target::new`].
    pub fn target(&self, settings: &TableSettings) -> std::result::Result<Target, Obstacle> {
        Target::new(self, settings)
    }

    fn leave_out_rows_without_target(&mut self) -> std::result::Result<(), String> {
        for &target in &self.targets {
            self.notes.extend(leave_out_rows_without_target(&self.names[target], target, &mut self.read)?);
        }
        Ok(())
    }

    /// Leaves out an unnamed index, such as pandas writes: in a sorted table it reveals the
    /// class. Notes an index with a name.
    fn leave_out_indices(&mut self, opened: &Table) {
        let (read, notes) = (&self.read, &mut self.notes);
        self.used.retain(|&column| {
            let (name, is_unnamed) = (&opened.names[column], opened.is_unnamed(column));
            if !counts_rows(&read.columns[column]) {
                return true;
            }
            notes.push(match is_unnamed {
                true => format!("{name} has no name and only counts the rows; it is left out"),
                false => format!("column {name} only counts the rows; leave it out with --set 'csv.ignore={name}'"),
            });
            !is_unnamed
        });
    }

    /// Reads texts that are booleans, dates or times of day as numbers. Returns what is not clear.
    fn read_meanings(&mut self, roles: &[Role], config: &CsvConfig) -> Vec<Obstacle> {
        let may_be_read = |column: &usize| roles[*column] == Role::Either;
        let columns: Vec<usize> = self.used.iter().copied().filter(may_be_read).collect();
        let found = read_meanings(&self.names, &columns, &mut self.read, &mut self.notation, config.date_order);
        self.notes.extend(found.notes);
        found.obstacles
    }

    fn check_complete(&self, config: &CsvConfig) -> Option<Obstacle> {
        if config.missing != MissingValues::Refuse {
            return None;
        }
        let rows: Vec<usize> = (0..self.read.rows()).collect();
        let gaps = Gaps::of(&self.named_columns(), &rows, &self.read.lines)?;
        let problem = format!(
            "{gaps}; complete it, leave the column out with csv.ignore, or let --set csv.missing=indicator fill it in{}",
            mark_hint(self.used.iter().map(|&column| &self.read.columns[column]))
        );
        Some(Obstacle::new(problem, Cure::FillIn))
    }
}

/// Reads the columns, and decides whether a target of numbers is a quantity or classes, which are read as texts.
/// Returns a note on the decision.
fn detect(
    opened: &mut Table,
    targets: &[usize],
    roles: &mut [Role],
    notation: &mut Notation,
    settings: &TableSettings,
) -> std::result::Result<(Columns, Option<String>), Refusal> {
    let options = NumberOptions { decimal: settings.csv.decimal, thousands: settings.csv.thousands };
    let refusal = |undetected: Undetected| {
        let cure = match undetected.undecided {
            Some(Undecided::Mark) => Some(Cure::Thousands),
            Some(Undecided::Column(column)) if !targets.contains(&column) => Some(Cure::Ignore(column + 1)),
            _ => None,
        };
        Refusal { error: undetected.error.into(), cure }
    };
    let undecided = match targets {
        &[target] if settings.task == TaskName::Auto && roles[target] == Role::Either => target,
        _ => return Ok((opened.detect(roles, notation, options).map_err(refusal)?, None)),
    };
    let before = notation.clone();
    let Ok(mut read) = opened.detect(roles, notation, options) else {
        // Texts such as inf, or ambiguous numbers, may still be names of classes.
        *notation = before;
        roles[undecided] = Role::Texts;
        return Ok((opened.detect(roles, notation, options).map_err(refusal)?, None));
    };
    let Column::Numbers(numbers) = &read.columns[undecided] else { return Ok((read, None)) };
    let (task, why) = task_of_numbers(&opened.names[undecided], numbers);
    if task == TaskName::Classification {
        // A label is its text, which numbers do not keep.
        let mut alone = vec![Role::LeftOut; roles.len()];
        (alone[undecided], roles[undecided]) = (Role::Texts, Role::Texts);
        read.columns[undecided] = opened.read(&alone, notation)?.columns.swap_remove(undecided);
    }
    // Two classes are what most would expect.
    let is_obvious = task == TaskName::Classification
        && matches!(&read.columns[undecided], Column::Texts(texts) if texts.values.len() <= 2);
    Ok((read, (!is_obvious).then_some(why)))
}

/// Leaves out the rows of `read` whose target, in the column `target` called `name`, is missing.
/// Returns a note.
///
/// # Errors
/// Returns a sentence if they are more than [`MAX_WITHOUT_TARGET`] of all.
pub(super) fn leave_out_rows_without_target(
    name: &str,
    target: usize,
    read: &mut Columns,
) -> std::result::Result<Option<String>, String> {
    let (without, with): (Vec<usize>, Vec<usize>) =
        (0..read.rows()).partition(|&row| read.columns[target].is_missing(row));
    let Some(&first) = without.first() else { return Ok(None) };
    let (place, rows) = (read.lines.place(first), without.len());
    if rows as f64 > MAX_WITHOUT_TARGET * read.rows() as f64 {
        return Err(format!(
            "{} of {} rows have no value in the target column {}, the first in {place}; complete the column, remove the rows, \
             or choose another column with --target{}",
            count(rows),
            count(read.rows()),
            quoted(name),
            mark_hint(read.columns.get(target))
        ));
    }
    let hint = mark_hint(read.columns.get(target));
    read.keep(&with);
    Ok(Some(match rows {
        1 => format!("the row in {place} has no value in the target column {name}; it is left out{hint}"),
        _ => {
            format!(
                "{} rows have no value in the target column {name}, the first in {place}; they are left out{hint}",
                count(rows)
            )
        }
    }))
}

/// Returns whether the column counts the rows.
pub(super) fn counts_rows(column: &Column) -> bool {
    match column {
        Column::Numbers(numbers) if numbers.len() >= MIN_INDEX_ROWS => {
            numbers.iter().enumerate().all(|(row, &number)| number == numbers[0] + row as f64)
        }
        _ => false,
    }
}
