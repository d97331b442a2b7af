//! A table of cells in memory.

use rayon::prelude::*;

use crate::config::{CsvDelimiter, CsvHeader};
use burn_mlp_infer as infer;
use burn_mlp_infer::csv::{
    Cell, Column, ColumnBuilder, Columns, Dialect, DialectOptions, Lines, ReadColumns, Role, Table,
};
use burn_mlp_infer::table::Notation;
use burn_mlp_infer::text::quoted;

/// Rows that are looked at to recognise a header.
const SAMPLE: usize = 200;

/// Maximum number of cells, empty ones included.
const MAX_CELLS: usize = 1 << 28;

/// A value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Missing,
    Number(f64),
    Text(String),
}

/// A row with at least one value.
#[derive(Debug, Clone, PartialEq)]
pub struct CellRow {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Its cells from the first column to the last one with a value.
    cells: Vec<Value>,
}

/// Rows of cells.
pub struct CellTable {
    rows: Vec<CellRow>,
    /// The first column with a value, and how many there are from it on.
    first: usize,
    width: usize,
}

impl CellRow {
    /// Creates a row with one value.
    pub fn new(number: u64, column: u32, value: Value) -> Self {
        let mut row = Self { number, cells: Vec::new() };
        row.set(column, value);
        row
    }

    /// Sets a value.
    pub fn set(&mut self, column: u32, value: Value) {
        let column = column as usize;
        if self.cells.len() <= column {
            self.cells.resize(column + 1, Value::Missing);
        }
        self.cells[column] = value;
    }

    fn text(&self, column: usize) -> String {
        match self.cells.get(column) {
            None | Some(Value::Missing) => String::new(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Text(text)) => text.trim().to_string(),
        }
    }
}

impl CellTable {
    /// Creates a table of `rows`, which begins with the first column that has a value.
    ///
    /// # Errors
    /// Returns a sentence if distant cells make it too large.
    pub fn new(rows: Vec<CellRow>) -> Result<Self, String> {
        let first_of = |row: &CellRow| row.cells.iter().position(|cell| *cell != Value::Missing);
        let first = rows.iter().filter_map(first_of).min().unwrap_or(0);
        let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0).saturating_sub(first);
        if rows.len().saturating_mul(width) > MAX_CELLS {
            let problem =
                "has {} rows and {width} columns, more than memory can hold; delete stray cells beside the table";
            return Err(problem.replace("{}", &rows.len().to_string()).replace("{width}", &width.to_string()));
        }
        Ok(Self { rows, first, width })
    }

    /// Opens the table. Its first row is a header by the rules for CSV texts.
    ///
    /// # Errors
    /// If the first rows cannot be taken as CSV.
    pub fn open(mut self, file: &str, header: CsvHeader, target: Option<&str>) -> crate::Result<Table> {
        let unusable = |problem: String| crate::Error::data(file, problem);
        let mut writer = csv::Writer::from_writer(Vec::new());
        for row in self.rows.iter().take(SAMPLE) {
            writer.write_record(self.texts(row)).map_err(|error| unusable(error.to_string()))?;
        }
        let sample = writer.into_inner().map_err(|error| unusable(error.to_string()))?;
        let options = DialectOptions { delimiter: CsvDelimiter::Comma, header, target };
        let dialect = Dialect::of(&sample, options, file)?;
        let above = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(&sample[..dialect.start]);
        let above = above.into_byte_records().count();
        self.rows.drain(..above.min(self.rows.len()));
        let names = self.rows.first().map(|row| self.texts(row)).unwrap_or_default();
        if dialect.header && !self.rows.is_empty() {
            self.rows.remove(0);
        }
        let mut table = Table::new(file, names, dialect.header, self);
        table.notes = dialect.notes;
        Ok(table)
    }

    fn texts(&self, row: &CellRow) -> Vec<String> {
        (self.first..self.first + self.width).map(|column| row.text(column)).collect()
    }
}

impl ReadColumns for CellTable {
    fn read(&self, names: &[String], roles: &[Role], file: &str, notation: &Notation) -> infer::Result<Columns> {
        let read = |(column, &role): (usize, &Role)| {
            let problem = |problem: String, row: u64| {
                let problem = format!("row {row}, column {}: {problem}", quoted(&names[column]));
                infer::Error::data(file, problem)
            };
            let built = |role: Role| {
                let mut builder = ColumnBuilder::new(role, notation);
                for row in self.rows.iter().filter(|_| role != Role::LeftOut) {
                    let cell = match row.cells.get(self.first + column) {
                        None | Some(Value::Missing) => Cell::Missing,
                        Some(Value::Number(number)) => Cell::Number(*number),
                        Some(Value::Text(text)) => Cell::Text(text),
                    };
                    builder.push(row.number, cell).map_err(|error| problem(error, row.number))?;
                }
                Ok(builder)
            };
            let builder: ColumnBuilder = built(role)?;
            Ok(if builder.holds_texts() { built(Role::Texts)?.finish() } else { builder.finish() })
        };
        let columns: Vec<Column> = roles.par_iter().enumerate().map(read).collect::<infer::Result<_>>()?;
        let numbers = self.rows.iter().map(|row| row.number).collect();
        Ok(Columns { lines: Lines::of_rows(numbers), columns })
    }
}
