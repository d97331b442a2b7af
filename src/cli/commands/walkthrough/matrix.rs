//! A matrix of an iteration, cut to what fits the terminal.

use burn_mlp::walkthrough::{IterationTrace, Quantity, shown};

use super::wrap::wrapped;
use crate::cli::terminal::colour::{bold, dim};

/// Rows and columns that are shown.
const MAX_ROWS: usize = 6;
const MAX_COLUMNS: usize = 7;

/// Columns of a number, with the space before it.
const CELL: usize = 10;

/// Shows a quantity: its name and shape, the slide's line, the formula, the matrix, an entry written out, and Burn's
/// difference.
pub fn quantity(iteration: &IterationTrace, quantity: &Quantity) -> Vec<String> {
    let [rows, columns] = quantity.shape;
    let several = if iteration.number > 1 { format!(", iteration {}", iteration.number) } else { String::new() };
    let mut lines = wrapped(&format!("{} [{rows}, {columns}]: {}{several}", quantity.name, quantity.meaning));
    if let Some(rest) = lines[0].strip_prefix(&quantity.name) {
        lines[0] = format!("{}{rest}", bold(&quantity.name));
    }
    if !quantity.code.is_empty() {
        lines.extend(wrapped(&format!("slide {}: {}", quantity.slide, quantity.code)).iter().map(dim));
    }
    if !quantity.formula.is_empty() {
        lines.extend(wrapped(&quantity.formula));
    }
    lines.extend(matrix(quantity));
    lines.extend(comparison(quantity));
    lines
}

/// Says how an entry is computed, and how far Burn's result is away. What is given is computed by neither.
fn comparison(quantity: &Quantity) -> Vec<String> {
    if quantity.formula.is_empty() || quantity.operands.is_empty() {
        return Vec::new();
    }
    let example = &quantity.example;
    let mut lines = wrapped(&format!("[{}, {}] = {}", example.row, example.column, example.text));
    lines.extend(wrapped(&format!(
        "slide {:.9}, Burn {:.9}; largest difference {:.1e}",
        example.closed_form, example.burn, quantity.difference
    )));
    lines
}

fn matrix(quantity: &Quantity) -> Vec<String> {
    let [rows, columns] = quantity.shape;
    let (shown_rows, shown_columns) = (rows.min(MAX_ROWS), columns.min(MAX_COLUMNS));
    let line = |row: usize| {
        let cells = (0..shown_columns).map(|column| format!("{:>CELL$}", shown(quantity.closed_form[[row, column]])));
        let more = if columns > shown_columns { "  …" } else { "" };
        format!("{}{more}", cells.collect::<String>())
    };
    let mut lines: Vec<String> = (0..shown_rows).map(line).collect();
    let left_out = [(rows - shown_rows, "row"), (columns - shown_columns, "column")];
    let left_out = left_out.into_iter().filter(|(count, _)| *count > 0);
    let left_out: Vec<String> =
        left_out.map(|(count, name)| format!("{count} more {name}{}", if count == 1 { "" } else { "s" })).collect();
    if !left_out.is_empty() {
        lines.push(dim(format!("    … {}", left_out.join(", "))));
    }
    lines
}
