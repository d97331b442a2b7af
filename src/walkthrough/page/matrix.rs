//! A matrix as a table of the page, cut if it is large.

use ndarray::Array2;

use super::super::Quantity;
use super::super::trace::shown;

/// Rows and columns of a matrix that the page shows.
const MAX_SIDE: usize = 64;

/// Entries of a matrix that the page shows; each is explained.
const MAX_ENTRIES: usize = 384;

/// Columns that are shown if not all entries are.
const FEW_COLUMNS: usize = 16;

/// Shades of a cell by its magnitude.
const SHADES: f64 = 5.0;

/// The table.
pub(super) struct MatrixView {
    /// The quantity's name.
    pub name: String,
    pub shape: String,
    pub row_axis: String,
    pub column_axis: String,
    /// Numbers of the columns.
    pub columns: Vec<usize>,
    pub rows: Vec<Vec<CellView>>,
    /// Says what is left out, if anything is.
    pub left_out: Option<String>,
}

/// A cell: its class and its number.
pub(super) struct CellView {
    /// "p1" to "p5" for positive numbers, "n1" to "n5" for negative ones, "z" for almost 0.
    pub class: String,
    pub text: String,
}

impl MatrixView {
    pub fn new(quantity: &Quantity) -> Self {
        let [rows, columns] = quantity.shape;
        let [shown_rows, shown_columns] = shown_shape(quantity.shape);
        let largest = largest(&quantity.closed_form);
        let cell = |row: usize, column: usize| CellView::new(quantity.closed_form[[row, column]], largest);
        let left_out = [(rows - shown_rows, "rows"), (columns - shown_columns, "columns")];
        let left_out: Vec<String> = left_out
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{} more {name}", crate::format::count(count)))
            .collect();
        Self {
            name: quantity.name.clone(),
            shape: if rows * columns == 1 { String::new() } else { format!("{rows} × {columns}") },
            row_axis: quantity.row_axis.clone(),
            column_axis: quantity.column_axis.clone(),
            columns: (0..shown_columns).collect(),
            rows: (0..shown_rows).map(|row| (0..shown_columns).map(|column| cell(row, column)).collect()).collect(),
            left_out: (!left_out.is_empty()).then(|| left_out.join(", ")),
        }
    }
}

/// Returns how many rows and columns of a matrix of this shape the page shows.
pub(super) fn shown_shape([rows, columns]: [usize; 2]) -> [usize; 2] {
    let [rows, columns] = [rows.min(MAX_SIDE), columns.min(MAX_SIDE)];
    if rows * columns <= MAX_ENTRIES {
        return [rows, columns];
    }
    let columns = columns.min(FEW_COLUMNS);
    [rows.min(MAX_ENTRIES / columns), columns]
}

impl CellView {
    pub fn new(value: f64, largest: f64) -> Self {
        let shade = (SHADES * value.abs() / largest.max(f64::MIN_POSITIVE)).round();
        let class = match (shade >= 1.0, value > 0.0) {
            (true, true) => format!("p{shade}"),
            (true, false) => format!("n{shade}"),
            // NaN too.
            (false, _) => "z".to_string(),
        };
        Self { class, text: shown(value).replace('-', "\u{2212}") }
    }
}

fn largest(matrix: &Array2<f64>) -> f64 {
    matrix.iter().fold(0.0, |largest: f64, entry| largest.max(entry.abs()))
}
