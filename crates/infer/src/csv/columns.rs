//! The columns of a table, and the columns while they are read.

use rayon::prelude::*;

use super::builder::ColumnBuilder;
use super::column::{Column, Role};
use super::lines::Lines;
use crate::text::quoted;
use crate::{Error, Result};

/// The records of a table, column by column.
#[derive(Debug, Clone, PartialEq)]
pub struct Columns {
    /// Where each record lies.
    pub lines: Lines,
    pub columns: Vec<Column>,
}

impl Columns {
    /// Keeps only the records `rows`, which ascend.
    pub fn keep(&mut self, rows: &[usize]) {
        fn kept<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
            rows.iter().map(|&row| values[row]).collect()
        }
        self.lines.keep(rows);
        self.columns.par_iter_mut().for_each(|column| match column {
            Column::LeftOut => {}
            Column::Numbers(numbers) => *numbers = kept(numbers, rows),
            Column::Texts(texts) => texts.rows = kept(&texts.rows, rows),
        });
    }

    /// Keeps only the first `records`.
    pub(super) fn truncate(&mut self, records: usize) {
        self.lines.truncate(records);
        self.columns.iter_mut().for_each(|column| column.truncate(records));
    }

    /// Number of records.
    pub fn rows(&self) -> usize {
        self.lines.len()
    }
}

/// Columns while they are read.
#[derive(Debug)]
pub struct ReadingColumns<'a> {
    /// Where each record lies.
    pub lines: Lines,
    pub columns: Vec<ColumnBuilder<'a>>,
    /// Why the record after these cannot be read.
    pub damage: Option<Error>,
}

impl ReadingColumns<'_> {
    /// Joins the same columns of several files, each with its name.
    pub fn of_files(parts: impl IntoIterator<Item = (String, Self)>) -> Self {
        let mut whole = Self { lines: Lines::default(), columns: Vec::new(), damage: None };
        for (file, part) in parts {
            whole.lines.append_file(file, part.lines);
            match whole.columns.is_empty() {
                true => whole.columns = part.columns,
                false => whole.columns.iter_mut().zip(part.columns).for_each(|(column, later)| column.append(later)),
            }
            // Rows after a damaged one are not used, in whichever file they are.
            if part.damage.is_some() {
                whole.damage = part.damage;
                break;
            }
        }
        whole
    }

    /// Appends later records of the same file, unless these end with a damage.
    pub(super) fn append(&mut self, later: Self) {
        if self.damage.is_some() {
            return;
        }
        self.lines.append(later.lines);
        self.columns.iter_mut().zip(later.columns).for_each(|(column, later)| column.append(later));
        self.damage = later.damage;
    }

    /// Reserves memory for about so many later records, as far as there is any.
    pub(super) fn reserve(&mut self, records: usize) {
        let records = records + records / 64;
        self.lines.reserve(records);
        self.columns.iter_mut().for_each(|column| column.reserve(records));
    }

    /// The columns that have to be read again as texts; all others are left out.
    pub(super) fn again(&self) -> Vec<Role> {
        let role = |column: &ColumnBuilder| if column.holds_texts() { Role::Texts } else { Role::LeftOut };
        self.columns.iter().map(role).collect()
    }

    /// Returns the records before the first that is damaged or has a value that its column, one of `names`, cannot have, and
    /// the error about it. Errors call the table `file`.
    pub(super) fn finish(self, names: &[String], file: &str) -> (Columns, Result<()>) {
        let Self { lines, columns, damage } = self;
        let problems = columns.iter().zip(names).filter_map(|(column, name)| Some((column.problem()?, name)));
        let first = problems.min_by_key(|((record, _), _)| *record).map(|((record, problem), name)| {
            let problem = format!("{}, column {}: {problem}", lines.place(record), quoted(name));
            (record, Error::data(file, problem))
        });
        let records = first.as_ref().map_or(lines.len(), |(record, _)| *record);
        let result = first.map(|(_, error)| error).or(damage).map_or(Ok(()), Err);
        let columns = columns.into_iter().map(|column| column.finish(&lines)).collect();
        let mut read = Columns { lines, columns };
        read.truncate(records);
        (read, result)
    }
}
