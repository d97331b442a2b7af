//! Arrays as a table without a header: the features' columns, then the classes.

use rayon::prelude::*;

use super::npy::Array;
use super::set::ArrayPair;
use burn_mlp_infer as infer;
use burn_mlp_infer::csv::{Cell, Column, ColumnBuilder, Columns, Lines, ReadColumns, Role, Table};
use burn_mlp_infer::table::Notation;
use burn_mlp_infer::text::quoted;

impl ArrayPair {
    /// Opens the arrays as a table.
    pub fn into_table(self, file: &str) -> Table {
        let names = vec![String::new(); self.features.width() + 1];
        Table::new(file, names, false, self)
    }
}

impl ReadColumns for ArrayPair {
    fn read(&self, names: &[String], roles: &[Role], file: &str, notation: &Notation) -> infer::Result<Columns> {
        let width = self.features.width();
        let read = |column: usize| {
            let (array, place) = if column < width { (&self.features, column) } else { (&self.classes, 0) };
            let read = column_of(array, place, roles[column], notation);
            read.map_err(|(row, problem)| {
                infer::Error::data(file, format!("row {row}, column {}: {problem}", quoted(&names[column])))
            })
        };
        let columns = (0..roles.len()).into_par_iter().map(read).collect::<infer::Result<_>>()?;
        Ok(Columns { lines: Lines::of_rows((1..=self.features.rows() as u64).collect()), columns })
    }
}

/// Reads the elements `column` of all rows. An error has the row.
pub fn column_of(array: &Array, column: usize, role: Role, notation: &Notation) -> Result<Column, (u64, String)> {
    let build = |role: Role| {
        let mut builder = ColumnBuilder::new(role, notation);
        let mut text = String::new();
        for row in (0..array.rows()).filter(|_| role != Role::LeftOut) {
            let cell = match role == Role::Texts || array.is_text() {
                true => {
                    text.clear();
                    array.write_text(row, column, &mut text);
                    Cell::Text(&text)
                }
                false => Cell::Number(array.number(row, column)),
            };
            let line = row as u64 + 1;
            builder.push(line, cell).map_err(|problem| (line, problem))?;
        }
        Ok(builder)
    };
    let builder = build(role)?;
    Ok(if builder.holds_texts() { build(Role::Texts)?.finish() } else { builder.finish() })
}
