//! Reads a table from a file, before any statistics.

use std::path::Path;

use super::formats;
use super::row_columns::RowColumns;
use super::target::Target;
use crate::config::{CsvConfig, CsvHeader, MissingValues, SplitConfig};
use crate::data::Origins;
use crate::format::count;
use crate::{Error, Result};
use burn_mlp_infer::csv::{Column, Columns, Gaps, Role, Table};
use burn_mlp_infer::table::{Value, value};
use burn_mlp_infer::text::quoted;

/// Minimum number of rows for a column to be recognised as a row index.
const MIN_INDEX_ROWS: usize = 10;

/// Maximum share of rows without a class; more are a mistake rather than gaps.
const MAX_WITHOUT_CLASS: f64 = 0.2;

/// A table and the roles of its columns.
pub(super) struct RawTable {
    /// Whether the first line contains the names.
    pub header: bool,
    pub names: Vec<String>,
    pub read: Columns,
    /// Index of the column with the classes.
    pub target: usize,
    /// Indices of the columns that become features.
    pub used: Vec<usize>,
    /// The columns with another use.
    pub row_columns: RowColumns,
    /// Remarks for the user, each a sentence.
    pub notes: Vec<String>,
}

impl RawTable {
    /// Reads the file at `path` as configured.
    ///
    /// # Errors
    /// [`Error::Data`] if it is not a table with classes and a feature, or a value is missing and
    /// not imputed; [`Error::Config`] if a setting names a column that does not exist.
    pub fn read(path: &Path, config: &CsvConfig, split: &SplitConfig) -> Result<Self> {
        let file = path.display().to_string();
        let opened = formats::open(path, config.header, config)?;
        let (target, roles, row_columns) = roles(&opened, config, split)?;
        let read = opened.read(&roles)?;
        if read.rows() == 0 {
            return Err(Error::data(file, "has no rows below its first line"));
        }
        let is_feature = |&column: &usize| {
            column != target && roles[column] != Role::LeftOut && row_columns.key_of(column).is_none()
        };
        let used = (0..roles.len()).filter(is_feature).collect();
        let (header, names) = (opened.header, opened.names.clone());
        let mut table = Self { header, names, read, target, used, row_columns, notes: opened.notes.clone() };
        if config.target.trim().is_empty() {
            let name = &table.names[target];
            table.notes.push(format!("the classes are in the last column, {name}; choose another with --target"));
        }
        if !table.header && config.header == CsvHeader::Auto {
            let columns = table.names.len();
            table.notes.push(format!(
                "the first line has no column names, so columns are called 1 to {columns}; if it has names, use --set \
                 csv.header=yes"
            ));
        }
        table.leave_out_rows_without_class().map_err(|problem| Error::data(&file, problem))?;
        table.check_decimal_points(&roles).map_err(|problem| Error::data(&file, problem))?;
        table.leave_out_indices(&opened);
        table.note_text_among_numbers(&roles);
        if table.used.is_empty() {
            return Err(Error::data(file, "has no column left as a feature; see csv.ignore"));
        }
        table.check_complete(config).map_err(|problem| Error::data(file, problem))?;
        Ok(table)
    }

    /// Returns the columns that become features, with their names.
    pub fn named_columns(&self) -> Vec<(&str, &Column)> {
        self.used.iter().map(|&column| (self.names[column].as_str(), &self.read.columns[column])).collect()
    }

    /// Returns every column that decides what a run computes, with its name.
    pub fn deciding_columns(&self) -> Vec<(&str, &Column)> {
        let others = [self.target].into_iter().chain(self.row_columns.deciding());
        let others = others.map(|column| (self.names[column].as_str(), &self.read.columns[column]));
        self.named_columns().into_iter().chain(others).collect()
    }

    /// Returns where these rows are from.
    pub fn origins(&self, rows: &[usize]) -> Origins {
        Origins::of_table(&self.read.lines, self.row_columns.ids(&self.read), rows)
    }

    /// Returns the classes.
    ///
    /// # Errors
    /// See [`Target::new`].
    pub fn classes(&self) -> std::result::Result<Target, String> {
        match &self.read.columns[self.target] {
            Column::Texts(texts) => Target::new(&self.names[self.target], texts),
            Column::Numbers(_) | Column::LeftOut => Err("has no column of classes".to_string()),
        }
    }

    fn leave_out_rows_without_class(&mut self) -> std::result::Result<(), String> {
        self.notes.extend(leave_out_rows_without_class(&self.names[self.target], self.target, &mut self.read)?);
        Ok(())
    }

    /// Leaves out an index without a name, as pandas writes one: in a sorted table it reveals the
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

    /// Refuses numbers with a decimal comma: read as text, each would become a separate feature.
    fn check_decimal_points(&self, roles: &[Role]) -> std::result::Result<(), String> {
        for &column in self.used.iter().filter(|&&column| roles[column] == Role::Either) {
            let Column::Texts(texts) = &self.read.columns[column] else { continue };
            let is_number = |text: &String| matches!(value(&text.replacen(',', ".", 1)), Value::Number(_));
            if let Some(text) = texts.values.iter().find(|text| text.contains(','))
                && texts.values.iter().all(is_number)
            {
                let (name, text) = (&self.names[column], quoted(text));
                return Err(format!(
                    "column {} contains numbers with a comma, such as {text}; write them with a decimal point, or name \
                     the column in csv.categorical to treat them as text",
                    quoted(name)
                ));
            }
        }
        Ok(())
    }

    /// Notes columns that are text because of a single value that is not a number.
    fn note_text_among_numbers(&mut self, roles: &[Role]) {
        for &column in self.used.iter().filter(|&&column| roles[column] == Role::Either) {
            let Column::Texts(texts) = &self.read.columns[column] else { continue };
            if let Some((line, text)) = &texts.first_among_numbers {
                let name = &self.names[column];
                self.notes.push(format!("column {name} is text because of {} in line {line}", quoted(text)));
            }
        }
    }

    fn check_complete(&self, config: &CsvConfig) -> std::result::Result<(), String> {
        if config.missing == MissingValues::Impute {
            return Ok(());
        }
        let rows: Vec<usize> = (0..self.read.rows()).collect();
        match Gaps::of(&self.named_columns(), &rows, &self.read.lines) {
            Some(gaps) => Err(format!(
                "{gaps}; complete it, leave the column out with csv.ignore, or fill in medians and most frequent values \
                 with --set csv.missing=impute"
            )),
            None => Ok(()),
        }
    }
}

/// Leaves out the rows of `read` whose class, in the column `target` called `name`, is missing.
/// Returns a note.
///
/// # Errors
/// Returns a sentence if they are more than [`MAX_WITHOUT_CLASS`] of all.
pub(super) fn leave_out_rows_without_class(
    name: &str,
    target: usize,
    read: &mut Columns,
) -> std::result::Result<Option<String>, String> {
    let (without, with): (Vec<usize>, Vec<usize>) =
        (0..read.rows()).partition(|&row| read.columns[target].is_missing(row));
    let Some(&first) = without.first() else { return Ok(None) };
    let (place, rows) = (read.lines.place(first), without.len());
    if rows as f64 > MAX_WITHOUT_CLASS * read.rows() as f64 {
        return Err(format!(
            "{} of {} rows have no class in column {}, the first in {place}; complete the column, remove the rows, \
             or choose another column with --target",
            count(rows),
            count(read.rows()),
            quoted(name)
        ));
    }
    read.keep(&with);
    Ok(Some(match rows {
        1 => format!("the row in {place} has no class in column {name}; it is left out"),
        _ => {
            format!("{} rows have no class in column {name}, the first in {place}; they are left out", count(rows))
        }
    }))
}

/// Returns the index of the column with the classes, the role of each column, and the columns that
/// are neither.
fn roles(opened: &Table, config: &CsvConfig, split: &SplitConfig) -> Result<(usize, Vec<Role>, RowColumns)> {
    let width = opened.names.len();
    if width < 2 {
        let problem = "has 1 column; it needs the classes and a feature; check csv.delimiter";
        return Err(Error::data(&opened.file, problem));
    }
    let mut roles = vec![Role::Either; width];
    for column in &config.categorical {
        roles[opened.find("csv.categorical", column)?] = Role::Texts;
    }
    for column in &config.ignore {
        roles[opened.find("csv.ignore", column)?] = Role::LeftOut;
    }
    let row_columns = RowColumns::find(opened, config, split, &mut roles)?;
    let may_be_target = |&column: &usize| roles[column] != Role::LeftOut && row_columns.key_of(column).is_none();
    let target = match config.target.trim() {
        "" => (0..width).rev().find(may_be_target).unwrap_or(width - 1),
        column => opened.find("csv.target", column)?,
    };
    if roles[target] == Role::LeftOut {
        let problem = format!("{} contains the classes and cannot be left out", quoted(&opened.names[target]));
        return Err(Error::config("csv.ignore", problem));
    }
    if let Some(key) = row_columns.key_of(target) {
        let problem = format!("{} contains the classes; name another column", quoted(&opened.names[target]));
        return Err(Error::config(key, problem));
    }
    roles[target] = Role::Texts;
    let used = (0..width).filter(|&column| roles[column] != Role::LeftOut);
    for column in used {
        opened.named(&opened.names[column])?;
    }
    Ok((target, roles, row_columns))
}

/// Returns whether the column counts the rows.
fn counts_rows(column: &Column) -> bool {
    match column {
        Column::Numbers(numbers) if numbers.len() >= MIN_INDEX_ROWS => {
            numbers.iter().enumerate().all(|(row, &number)| number == numbers[0] + row as f64)
        }
        _ => false,
    }
}
