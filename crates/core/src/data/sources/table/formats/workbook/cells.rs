//! A table of cells in memory.

use rayon::prelude::*;

use crate::config::{CsvDelimiter, CsvHeader};
use burn_mlp_infer as infer;
use burn_mlp_infer::csv::{
    Cell, ColumnBuilder, DialectOptions, Lines, ReadColumns, ReadingColumns, Role, SAMPLE, Table, TableTop,
};
use burn_mlp_infer::memory;
use burn_mlp_infer::table::Notation;
use burn_mlp_infer::text::quoted;

/// Rows that are looked at to recognise a header.
const TOP: usize = 200;

/// A value of a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Number(f64),
    Text(String),
    /// A formula whose value the file does not have: only spreadsheet programs compute it.
    UnsavedFormula,
}

/// A row with at least one value.
#[derive(Debug, Clone, PartialEq)]
pub struct CellRow {
    /// Its number in the file, from 1.
    pub number: u64,
    /// Its cells with a value, each with its column, in order.
    cells: Vec<(u32, Value)>,
}

/// Rows of cells.
pub struct CellTable {
    rows: Vec<CellRow>,
    /// The first column with a value, and how many there are from it on.
    first: u32,
    width: u32,
}

impl CellRow {
    /// Creates a row with one value.
    pub fn new(number: u64, column: u32, value: Value) -> Self {
        Self { number, cells: vec![(column, value)] }
    }

    /// Adds a value, usually in a later column.
    pub fn push(&mut self, column: u32, value: Value) {
        match self.cells.binary_search_by_key(&column, |(column, _)| *column) {
            Ok(at) => self.cells[at].1 = value,
            Err(at) => self.cells.insert(at, (column, value)),
        }
    }

    fn cell(&self, column: u32) -> Cell<'_> {
        match self.cells.binary_search_by_key(&column, |(column, _)| *column).map(|at| &self.cells[at].1) {
            Err(_) | Ok(Value::UnsavedFormula) => Cell::Missing,
            Ok(Value::Number(number)) => Cell::Number(*number),
            Ok(Value::Text(text)) => Cell::Text(text),
        }
    }
}

impl CellTable {
    /// Creates a table of `rows`, which begins with the first column that has a value.
    ///
    /// # Errors
    /// Returns a sentence if distant cells make it too large.
    pub fn new(rows: Vec<CellRow>) -> Result<Self, String> {
        let columns = || rows.iter().flat_map(|row| row.cells.iter().map(|(column, _)| *column));
        let first = columns().min().unwrap_or(0);
        let width = columns().max().map_or(0, |last| last - first + 1);
        let values = columns().count() as u64;
        memory::check_filled_table(rows.len() as u64, u64::from(width), values)
            .map_err(|problem| format!("{problem}; delete stray cells beside the table"))?;
        Ok(Self { rows, first, width })
    }

    /// Opens the table. Its first row is a header by the rules for CSV texts.
    ///
    /// # Errors
    /// If the first row may be names as well as a row.
    pub fn open(mut self, file: &str, header: CsvHeader, target: Option<&str>) -> crate::Result<Table> {
        let top = || self.rows.iter().take(TOP);
        let (texts, numbers) = (top().map(|row| self.texts(row)).collect(), top().map(|row| row.number));
        let options = DialectOptions { delimiter: CsvDelimiter::Comma, header, target };
        let TableTop { above, header, notes } = TableTop::of(texts, &numbers.collect::<Vec<_>>(), options, file)?;
        let names = self.rows.get(above).map(|row| self.texts(row)).unwrap_or_default();
        self.rows.drain(..self.rows.len().min(above + usize::from(header)));
        let mut table = Table::new(file, names, header, self);
        table.notes = notes;
        Ok(table)
    }

    /// The first row and column in use that has a formula without a value.
    fn first_unsaved(&self, roles: &[Role]) -> Option<(usize, usize)> {
        self.rows.iter().enumerate().find_map(|(row, cells)| {
            let is_unsaved = |(column, value): &&(u32, Value)| {
                let role = roles.get((column - self.first) as usize);
                *value == Value::UnsavedFormula && role.is_some_and(|role| *role != Role::LeftOut)
            };
            let (column, _) = cells.cells.iter().find(is_unsaved)?;
            Some((row, (column - self.first) as usize))
        })
    }

    fn texts(&self, row: &CellRow) -> Vec<String> {
        let text = |column| match row.cell(column) {
            Cell::Missing => String::new(),
            Cell::Number(number) => number.to_string(),
            Cell::Text(text) => text.trim().to_string(),
        };
        (self.first..self.first + self.width).map(text).collect()
    }
}

impl ReadColumns for CellTable {
    fn read<'n>(
        &self,
        names: &[String],
        roles: &[Role],
        file: &str,
        notation: &'n Notation,
    ) -> infer::Result<ReadingColumns<'n>> {
        let unsaved = self.first_unsaved(roles);
        let rows = &self.rows[..unsaved.map_or(self.rows.len(), |(row, _)| row)];
        let build = |(column, (name, &role)): (usize, (&String, &Role))| {
            let mut builder = ColumnBuilder::new(name, role, notation);
            if role != Role::LeftOut {
                rows.iter().for_each(|row| builder.push(row.cell(self.first + column as u32)));
            }
            builder
        };
        let columns = names.par_iter().zip(roles).enumerate().map(build).collect();
        let damage = unsaved.map(|(row, column)| {
            let (number, name) = (self.rows[row].number, quoted(&names[column]));
            let problem = format!(
                "row {number}, column {name}: the value of the formula is not saved; open the workbook in a spreadsheet \
                 program and save it"
            );
            infer::Error::data(file, problem)
        });
        Ok(ReadingColumns { lines: Lines::of_rows(rows.iter().map(|row| row.number).collect()), columns, damage })
    }

    fn sample(&self, roles: &[Role], take: &mut dyn FnMut(usize, &str)) {
        for row in self.rows.iter().take(SAMPLE) {
            for column in (0..roles.len()).filter(|&column| roles[column] != Role::LeftOut) {
                if let Cell::Text(text) = row.cell(self.first + column as u32) {
                    take(column, text.trim());
                }
            }
        }
    }
}
