//! Reads the rows of a file with the schema of a model.

use std::io::Read;

use super::column::{Column, Role, Texts};
use super::dialect::Dialect;
use super::lines::Lines;
use super::table::Table;
use super::text::read_text;
use crate::table::{ColumnKind, TableSchema};
use crate::table::{CsvDelimiter, CsvHeader};
use crate::text::quoted;
use crate::{Error, Result};

/// Encoded rows of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRows {
    /// `[rows, features]`, row-major.
    pub features: Vec<f32>,
    /// Number of rows.
    pub rows: usize,
    /// Each row's class `[rows]`, if the file has the target column; `None` for a value that is not a class.
    pub labels: Option<Vec<Option<u32>>>,
    /// Where each row lies in the file, `[rows]`.
    pub lines: Lines,
    /// Number of texts that the training rows do not have; their features are all 0.
    pub unseen_values: usize,
}

/// The positions of a schema's columns in a file.
struct Positions {
    columns: Vec<usize>,
    target: Option<usize>,
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
        let text = read_text(reader, 0, name)?;
        let dialect = match self.header {
            true => Dialect::with_names(&text, &self.names()),
            false => Dialect::of(&text, CsvDelimiter::Auto, CsvHeader::No),
        };
        self.read_rows(&Table::of_text(text, dialect, name)?)
    }

    /// Names of the columns needed, and of the target.
    fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|column| column.name.as_str()).chain([self.target.as_str()]).collect()
    }

    /// Reads the rows of a table of any format.
    ///
    /// # Errors
    /// As [`read_features`](Self::read_features).
    pub fn read_rows(&self, table: &Table) -> Result<TableRows> {
        let positions = match self.header {
            true => self.positions_by_name(table)?,
            false => self.positions_by_number(table)?,
        };
        let mut roles = vec![Role::LeftOut; table.names.len()];
        for (column, &position) in self.columns.iter().zip(&positions.columns) {
            roles[position] = match column.kind {
                ColumnKind::Numeric { .. } => Role::Numbers,
                ColumnKind::OneHot { .. } => Role::Texts,
            };
        }
        if let Some(target) = positions.target {
            roles[target] = Role::Texts;
        }
        let mut read = table.read(&roles)?;
        let rows: Vec<usize> = (0..read.rows()).collect();
        let encoded = self
            .encode(&read, &positions.columns, &rows)
            .map_err(|problem| Error::data(&table.file, format!("{problem}; complete it")))?;
        let labels = positions.target.map(|target| self.labels(&read.columns[target]));
        Ok(TableRows {
            features: encoded.features,
            rows: rows.len(),
            labels,
            lines: std::mem::take(&mut read.lines),
            unseen_values: encoded.unseen_values,
        })
    }

    fn positions_by_name(&self, table: &Table) -> Result<Positions> {
        let position = |name: &str| {
            table.named(name)?.ok_or_else(|| {
                let problem = format!("has no column {}; its first line has {}", quoted(name), table.listed());
                Error::data(&table.file, problem)
            })
        };
        let columns = self.columns.iter().map(|column| position(&column.name)).collect::<Result<_>>()?;
        Ok(Positions { columns, target: table.named(&self.target)? })
    }

    fn positions_by_number(&self, table: &Table) -> Result<Positions> {
        let place = |name: &str| name.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let (target, width) = (place(&self.target), table.names.len());
        let has_target = width == self.width;
        if !has_target && width + 1 != self.width {
            let expected = format!("{}, or {} without the classes", self.width, self.width.saturating_sub(1));
            let problem = format!("has {width} column(s); the model was trained on a table of {expected}");
            return Err(Error::data(&table.file, problem));
        }
        // Without the target, the columns after it are one further left.
        let shifted = |place: usize| place - usize::from(!has_target && target.is_some_and(|target| target < place));
        let columns = self.columns.iter().map(|column| place(&column.name).map(shifted).filter(|&at| at < width));
        let columns = columns
            .collect::<Option<_>>()
            .ok_or_else(|| Error::data(&table.file, "cannot be read by this model: its columns are not numbered"))?;
        Ok(Positions { columns, target: target.filter(|&at| has_target && at < width) })
    }

    fn labels(&self, target: &Column) -> Vec<Option<u32>> {
        let Column::Texts(Texts { rows, values, .. }) = target else { return Vec::new() };
        let classes: Vec<Option<u32>> = values.iter().map(|value| self.class_of(value)).collect();
        rows.iter().map(|&row| classes.get(row as usize).copied().flatten()).collect()
    }
}
