//! Arrays as a table without a header: the features' columns, then the classes.

use rayon::prelude::*;

use super::npy::Array;
use super::pair::ArrayPair;
use burn_mlp_infer as infer;
use burn_mlp_infer::csv::{Cell, Column, ColumnBuilder, Lines, ReadColumns, ReadingColumns, Role, SAMPLE, Table};
use burn_mlp_infer::table::Notation;

/// Features, and the classes of the same rows if there are any.
struct ArrayColumns {
    features: Array,
    classes: Option<Array>,
}

impl ArrayPair {
    /// Opens the arrays as a table.
    pub fn into_table(self, file: &str) -> Table {
        table_of(self.features, Some(self.classes), file)
    }
}

/// Opens features, with or without classes, as a table.
pub fn table_of(features: Array, classes: Option<Array>, file: &str) -> Table {
    let names = vec![String::new(); features.width() + usize::from(classes.is_some())];
    Table::new(file, names, false, ArrayColumns { features, classes })
}

impl ReadColumns for ArrayColumns {
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

impl ArrayColumns {
    /// The array that holds a column of the table, and the column's place in it.
    fn column(&self, column: usize) -> (&Array, usize) {
        match &self.classes {
            Some(classes) if column >= self.features.width() => (classes, 0),
            _ => (&self.features, column),
        }
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
