//! Reads the rows of a file with the schema of a model.

use std::io::Read;

use super::column::{Column, Role};
use super::columns::Columns;
use super::dialect::{Dialect, DialectOptions};
use super::encode::{Encoded, Refused};
use super::lines::Lines;
use super::table::Table;
use super::text::read_text;
use super::true_classes::true_classes;
use crate::table::problems::MAX_NAMED;
use crate::table::{ColumnKind, CsvDelimiter, CsvHeader, TableSchema, Unlike, Warning};
use crate::text::{listed, quoted};
use crate::truths::Truths;
use crate::{Error, Result};

/// Encoded rows of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRows {
    /// `[rows, features]`, row-major.
    pub features: Vec<f32>,
    /// Number of rows.
    pub rows: usize,
    /// What the file says of each row, if it has the target columns.
    pub truths: Option<Truths>,
    /// Where each row lies in the file, `[rows]`.
    pub lines: Lines,
    /// Each row's value of the schema's `id` column `[rows]`, if the file has it; empty where it is missing.
    pub ids: Option<Vec<String>>,
    /// What is unlike the training rows, by column.
    pub warnings: Vec<Warning>,
    /// How the file was read, where it is not obvious, each a sentence.
    pub notes: Vec<String>,
}

/// The columns of a file that a schema needs, as read.
pub struct SchemaColumns {
    pub read: Columns,
    /// Where the schema's columns are in `read`.
    pub positions: Vec<usize>,
    /// Where the targets are in `read`; empty if the file does not have all of them.
    pub targets: Vec<usize>,
    id: Option<usize>,
    /// What the file writes otherwise than the training file.
    pub warnings: Vec<Warning>,
}

/// The positions of a schema's columns in a file.
struct Positions {
    columns: Vec<usize>,
    targets: Vec<usize>,
    id: Option<usize>,
}

impl SchemaColumns {
    /// Each record's id, if the schema names a column of them and the file has it; empty where it is missing.
    pub fn ids(&self) -> Option<Vec<String>> {
        self.read.columns[self.id?].texts()
    }
}

impl TableSchema {
    /// Reads a CSV text, raw or gzip-compressed, as features, and detects its delimiter. If the schema has names, the file's
    /// header must have them, in any order; other columns are ignored. Otherwise the file must have the columns of the
    /// training file, with or without the target.
    ///
    /// # Errors
    /// Under the file's `name`: if it is not such a text, a column is missing, a record has another length than the first,
    /// a value is not a number where one is needed, or is missing in a column without an imputed value.
    pub fn read_features(&self, reader: impl Read, name: &str) -> Result<TableRows> {
        all_or_error(self.read_features_before_damage(reader, name)?)
    }

    /// As [`read_features`](Self::read_features), but returns the rows before the first that cannot be used, and its error.
    ///
    /// # Errors
    /// If not even the header can be used.
    pub fn read_features_before_damage(&self, reader: impl Read, name: &str) -> Result<(TableRows, Result<()>)> {
        let text = read_text(reader, 0, name)?;
        if self.header {
            let dialect = Dialect::with_names(&text, &self.names());
            return self.read_rows_before_damage(&Table::of_text(text, dialect, name)?);
        }
        let dialect_of = |header| {
            let options = DialectOptions { delimiter: CsvDelimiter::Auto, header, target: None };
            Dialect::of(&text, options, name)
        };
        let (dialect, is_clear) = match dialect_of(CsvHeader::Auto) {
            Ok(dialect) => (dialect, true),
            // In doubt the file has no header either, unless its first line numbers the columns.
            Err(_) => (dialect_of(CsvHeader::No)?, false),
        };
        let numbers = if dialect.header { None } else { dialect.numbered_columns(&text) };
        let header = dialect.header || numbers.is_some() && !is_clear;
        let table = Table::of_text(text, Dialect { header, ..dialect }, name)?;
        let (mut rows, result) = self.read_rows_before_damage(&table)?;
        rows.warnings.extend(numbers.map(|value| Warning {
            column: String::new(),
            unlike: Unlike::Numbered { is_row: !header },
            count: 1,
            first: None,
            value,
        }));
        Ok((rows, result))
    }

    /// Names of the columns needed, and of the targets.
    fn names(&self) -> Vec<&str> {
        let columns = self.columns.iter().map(|column| column.name.as_str());
        columns.chain(self.targets.iter().map(String::as_str)).collect()
    }

    /// Reads the rows of a table of any format.
    ///
    /// # Errors
    /// As [`read_features`](Self::read_features).
    pub fn read_rows(&self, table: &Table) -> Result<TableRows> {
        all_or_error(self.read_rows_before_damage(table)?)
    }

    /// As [`read_rows`](Self::read_rows), but returns the rows before the first that cannot be used, and its error.
    ///
    /// # Errors
    /// If the table lacks a column.
    pub fn read_rows_before_damage(&self, table: &Table) -> Result<(TableRows, Result<()>)> {
        let (mut columns, mut result) = self.read_columns_before_damage(table)?;
        let mut rows: Vec<usize> = (0..columns.read.rows()).collect();
        while let Err(Refused { record, problem }) = self.check_rows(&columns.read, &columns.positions, &rows) {
            rows.truncate(record);
            result = Err(Error::data(&table.file, problem));
        }
        columns.read.truncate(rows.len());
        let [Encoded { features, warnings: unlike }] =
            self.encode_checked(&mut columns.read, &columns.positions, [&rows]);
        let mut warnings = std::mem::take(&mut columns.warnings);
        warnings.extend(unlike);
        let truths = self.truths(&columns, &mut warnings);
        let (ids, notes) = (columns.ids(), table.notes.clone());
        Ok((TableRows { features, rows: rows.len(), truths, ids, lines: columns.read.lines, warnings, notes }, result))
    }

    /// Reads the columns that this schema needs of a file whose header is known.
    ///
    /// # Errors
    /// As [`read_features`](Self::read_features).
    pub fn read_columns(&self, table: &Table) -> Result<SchemaColumns> {
        all_or_error(self.read_columns_before_damage(table)?)
    }

    fn read_columns_before_damage(&self, table: &Table) -> Result<(SchemaColumns, Result<()>)> {
        let positions = match self.header {
            true => self.positions_by_name(table)?,
            false => self.positions_by_number(table)?,
        };
        let mut roles = vec![Role::LeftOut; table.names.len()];
        for (column, &position) in self.columns.iter().zip(&positions.columns) {
            roles[position] = match column.kind {
                ColumnKind::Numeric(_) => Role::Numbers,
                ColumnKind::OneHot(_) | ColumnKind::Embedded(_) => Role::Texts,
            };
        }
        for &target in &positions.targets {
            roles[target] = if self.classes.is_empty() { Role::Numbers } else { Role::Texts };
        }
        if let Some(id) = positions.id {
            roles[id] = Role::Texts;
        }
        let (read, result, warnings) = self.read_in_own_notation(table, &roles)?;
        let Positions { columns, targets, id } = positions;
        Ok((SchemaColumns { read, positions: columns, targets, id, warnings }, result))
    }

    /// Reads columns of these roles in the notation of the training file, or else in the one that the file has.
    fn read_in_own_notation(&self, table: &Table, roles: &[Role]) -> Result<(Columns, Result<()>, Vec<Warning>)> {
        let (read, result) = table.read_before_damage(roles, &self.notation)?;
        let other = if result.is_ok() { None } else { table.other_notation(roles, &self.notation)? };
        let Some(other) = other else { return Ok((read, result, Vec::new())) };
        let (read, result) = table.read_before_damage(roles, &other.notation)?;
        let warning = Warning {
            column: table.names[other.column].clone(),
            unlike: Unlike::Notation { notation: other.notation.described() },
            count: read.rows(),
            first: None,
            value: other.example,
        };
        Ok((read, result, vec![warning]))
    }

    fn positions_by_name(&self, table: &Table) -> Result<Positions> {
        let position_of = |name: &str| table.occurrence(name, self.occurrences.get(name).copied());
        let found = self.columns.iter().map(|column| position_of(&column.name)).collect::<Result<Vec<_>>>()?;
        let missing = self.columns.iter().zip(&found).filter(|(_, position)| position.is_none());
        let missing: Vec<String> = missing.map(|(column, _)| quoted(&column.name)).collect();
        if !missing.is_empty() {
            let noun = if missing.len() == 1 { "column" } else { "columns" };
            let names = listed(missing.into_iter(), MAX_NAMED);
            let problem = format!("has no {noun} {names}; its first line has {}", table.listed());
            return Err(Error::data(&table.file, problem));
        }
        let columns = found.into_iter().flatten().collect();
        let id = self.id.as_ref().map_or(Ok(None), |id| position_of(id))?;
        let targets = self.targets.iter().map(|target| position_of(target)).collect::<Result<Option<_>>>()?;
        Ok(Positions { columns, targets: targets.unwrap_or_default(), id })
    }

    fn positions_by_number(&self, table: &Table) -> Result<Positions> {
        let place = |name: &str| name.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let targets: Vec<usize> = self.targets.iter().filter_map(|target| place(target)).collect();
        let width = table.names.len();
        let has_targets = width == self.width;
        if !has_targets && width + targets.len() != self.width {
            let without = if self.classes.is_empty() { "the targets" } else { "the classes" };
            let expected = format!("{}, or {} without {without}", self.width, self.width.saturating_sub(targets.len()));
            let problem = format!("has {width} column(s); the model was trained on a table of {expected}");
            return Err(Error::data(&table.file, problem));
        }
        // Without the targets, the columns after them are further left.
        let before = |place: usize| targets.iter().filter(|&&target| target < place).count();
        let shifted = |place: usize| if has_targets { place } else { place - before(place) };
        let columns = self.columns.iter().map(|column| place(&column.name).map(shifted).filter(|&at| at < width));
        let columns = columns
            .collect::<Option<_>>()
            .ok_or_else(|| Error::data(&table.file, "cannot be read by this model: its columns are not numbered"))?;
        let id = self.id.as_deref().and_then(place).map(shifted).filter(|&at| at < width);
        let is_usable = has_targets && targets.len() == self.targets.len() && targets.iter().all(|&at| at < width);
        Ok(Positions { columns, targets: if is_usable { targets } else { Vec::new() }, id })
    }

    /// Returns what the file says of each record, if it has the targets. Adds classes that are unlike the training rows' to
    /// `warnings`.
    pub fn truths(&self, columns: &SchemaColumns, warnings: &mut Vec<Warning>) -> Option<Truths> {
        let read: Vec<&Column> = columns.targets.iter().map(|&target| &columns.read.columns[target]).collect();
        match &read[..] {
            [] => None,
            [classes] if !self.classes.is_empty() => {
                let named = (self.class_column().unwrap_or_default(), *classes);
                let place = |record: usize| columns.read.lines.place(record);
                Some(Truths::Classes(true_classes(&self.classes, named, place, warnings)))
            }
            targets => {
                let number = |row: usize, column: &Column| match column {
                    Column::Numbers(numbers) => numbers[row],
                    Column::Texts(_) | Column::LeftOut => f64::NAN,
                };
                let rows =
                    (0..columns.read.rows()).flat_map(|row| targets.iter().map(move |column| number(row, column)));
                Some(Truths::Numbers(rows.collect()))
            }
        }
    }
}

fn all_or_error<T>((read, result): (T, Result<()>)) -> Result<T> {
    result.map(|()| read)
}
