//! Arrays as a table without a header: the features' columns, then the classes.

use rayon::prelude::*;

use super::npy::Array;
use super::set::ArrayPair;
use burn_mlp_infer as infer;
use burn_mlp_infer::csv::{Cell, Column, ColumnBuilder, Lines, ReadColumns, ReadingColumns, Role, SAMPLE, Table};
use burn_mlp_infer::table::Notation;

impl ArrayPair {
    /// Opens the arrays as a table.
    pub fn into_table(self, file: &str) -> Table {
        let names = vec![String::new(); self.features.width() + 1];
        Table::new(file, names, false, self)
    }
}

impl ReadColumns for ArrayPair {
    fn read<'n>(
        &self,
        names: &[String],
        roles: &[Role],
        _file: &str,
        notation: &'n Notation,
    ) -> infer::Result<ReadingColumns<'n>> {
        let read = |column: usize| {
            let (array, place) = self.column(column);
            let mut builder = ColumnBuilder::new(&names[column], roles[column], notation);
            fill(&mut builder, roles[column], array, place);
            builder
        };
        let columns = (0..roles.len()).into_par_iter().map(read).collect();
        let lines = Lines::of_rows((1..=self.features.rows() as u64).collect());
        Ok(ReadingColumns { lines, columns, damage: None })
    }

    fn sample(&self, roles: &[Role], take: &mut dyn FnMut(usize, &str)) {
        let mut text = String::new();
        for column in (0..roles.len()).filter(|&column| roles[column] != Role::LeftOut) {
            let (array, place) = self.column(column);
            for row in (0..array.rows().min(SAMPLE)).filter(|_| array.is_text()) {
                text.clear();
                array.write_text(row, place, &mut text);
                take(column, &text);
            }
        }
    }
}

impl ArrayPair {
    /// The array that holds a column of the table, and the column's place in it.
    fn column(&self, column: usize) -> (&Array, usize) {
        if column < self.features.width() { (&self.features, column) } else { (&self.classes, 0) }
    }
}

/// Pushes the elements `column` of all rows.
fn fill(builder: &mut ColumnBuilder, role: Role, array: &Array, column: usize) {
    let mut text = String::new();
    for row in (0..array.rows()).filter(|_| role != Role::LeftOut) {
        match role == Role::Texts || array.is_text() {
            true => {
                text.clear();
                array.write_text(row, column, &mut text);
                builder.push(Cell::Text(&text));
            }
            false => builder.push(Cell::Number(array.number(row, column))),
        }
    }
}

/// Reads the elements of an array of one column as texts.
pub fn texts_of(array: &Array) -> Column {
    let notation = Notation::with_marks(&[]);
    let mut builder = ColumnBuilder::new("", Role::Texts, &notation);
    fill(&mut builder, Role::Texts, array, 0);
    builder.finish(&Lines::of_rows((1..=array.rows() as u64).collect()))
}
