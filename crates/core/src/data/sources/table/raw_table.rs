//! Reads a table from a file, before any statistics.

use std::path::Path;

use super::formats;
use super::target::Target;
use crate::config::{CsvConfig, CsvHeader, MissingValues};
use crate::{Error, Result};
use burn_mlp_infer::csv::{Column, Columns, Gaps, Role, Table};
use burn_mlp_infer::table::{Value, value};
use burn_mlp_infer::text::quoted;

/// Minimum number of rows for a column to be recognised as a row index.
const MIN_INDEX_ROWS: usize = 10;

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
    /// Remarks for the user, each a sentence.
    pub notes: Vec<String>,
}

impl RawTable {
    /// Reads the file at `path` as configured.
    ///
    /// # Errors
    /// [`Error::Data`] if it is not a table with a class in every row and a feature, or a value is
    /// missing and not imputed; [`Error::Config`] if a setting names a column that does not exist.
    pub fn read(path: &Path, config: &CsvConfig) -> Result<Self> {
        let file = path.display().to_string();
        let opened = formats::open(path, config.header, config)?;
        let (target, roles) = roles(&opened, config)?;
        let read = opened.read(&roles)?;
        if read.rows() == 0 {
            return Err(Error::data(file, "has no rows below its first line"));
        }
        let used = (0..roles.len()).filter(|&column| column != target && roles[column] != Role::LeftOut).collect();
        let (header, names) = (opened.header, opened.names.clone());
        let mut table = Self { header, names, read, target, used, notes: opened.notes.clone() };
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
        let rows: Vec<usize> = (0..self.read.rows()).collect();
        let target = (self.names[self.target].as_str(), &self.read.columns[self.target]);
        if let Some(gaps) = Gaps::of(&[target], &rows, &self.read.lines) {
            return Err(format!("{gaps}; every row needs a class"));
        }
        if config.missing == MissingValues::Impute {
            return Ok(());
        }
        match Gaps::of(&self.named_columns(), &rows, &self.read.lines) {
            Some(gaps) => Err(format!(
                "{gaps}; complete it, leave the column out with csv.ignore, or fill in medians and most frequent values \
                 with --set csv.missing=impute"
            )),
            None => Ok(()),
        }
    }
}

/// Returns the index of the column with the classes and the role of each column.
fn roles(opened: &Table, config: &CsvConfig) -> Result<(usize, Vec<Role>)> {
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
    let target = match config.target.trim() {
        "" => roles.iter().rposition(|&role| role != Role::LeftOut).unwrap_or(width - 1),
        column => opened.find("csv.target", column)?,
    };
    if roles[target] == Role::LeftOut {
        let problem = format!("{} contains the classes and cannot be left out", quoted(&opened.names[target]));
        return Err(Error::config("csv.ignore", problem));
    }
    roles[target] = Role::Texts;
    let used = (0..width).filter(|&column| roles[column] != Role::LeftOut);
    for column in used {
        opened.named(&opened.names[column])?;
    }
    Ok((target, roles))
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
