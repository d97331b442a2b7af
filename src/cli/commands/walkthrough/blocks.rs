//! The parts of a slide as lines of a terminal.

use burn_mlp::format::{curve, loss, percent, rate};
use burn_mlp::walkthrough::{Block, Cell, Curves, Role, Series, Table, Walkthrough};
use comfy_table::Cell as TableCell;

use super::wrap::{WIDTH, width, wrapped};
use super::{images, matrix};
use crate::cli::terminal::colour::dim;
use crate::cli::terminal::tables::{plain_table, right, trimmed};

/// Columns of a curve.
const CURVE_WIDTH: usize = 40;

/// Returns the lines of a block.
pub fn lines(walkthrough: &Walkthrough, block: &Block) -> Vec<String> {
    match block {
        Block::Text { text } => wrapped(text),
        Block::Code { lines } => lines.iter().map(|line| dim(format!("  {line}"))).collect(),
        Block::Quantity { iteration, name } => {
            let iteration = walkthrough.iterations.iter().find(|it| it.number == *iteration);
            let found = iteration.and_then(|iteration| Some((iteration, iteration.find(name)?)));
            found.map(|(iteration, quantity)| matrix::quantity(iteration, quantity)).unwrap_or_default()
        }
        Block::Table(table) => table_lines(table),
        Block::Curves(curves) => curve_lines(curves),
        Block::Images(images) => images::draw(images),
        Block::Links { links } => {
            links.iter().flat_map(|link| wrapped(&format!("{}  {}", link.address, link.title))).collect()
        }
    }
}

fn table_lines(table: &Table) -> Vec<String> {
    let columns = table.columns.len();
    let is_number = |column: usize| table.rows.iter().any(|row| row.get(column).is_some_and(Cell::is_number));
    let mut shown = plain_table();
    let header = |(column, name): (usize, &String)| if is_number(column) { right(name) } else { TableCell::new(name) };
    shown.set_header(table.columns.iter().enumerate().map(header));
    let mut last = 0;
    for (index, row) in table.short() {
        if index > last + 1 {
            shown.add_row((0..columns).map(|column| if column == 0 { right("…") } else { TableCell::new("") }));
        }
        last = index;
        let cell = |(column, cell): (usize, &Cell)| match is_number(column) {
            true => right(cell.shown()),
            false => TableCell::new(cell.shown()),
        };
        shown.add_row(row.iter().enumerate().map(cell));
    }
    let mut lines = wrapped(&table.caption);
    lines.extend(trimmed(&shown).lines().map(fitting));
    lines
}

/// The line, cut if it is wider than the terminal.
fn fitting(line: &str) -> String {
    if width(line) <= WIDTH { line.to_string() } else { line.chars().take(WIDTH - 1).chain(['…']).collect() }
}

fn curve_lines(curves: &Curves) -> Vec<String> {
    let names = curves.series.iter().map(|series| width(&series.name)).max().unwrap_or(0);
    let line = |series: &Series| {
        let values: Vec<f64> = series.points.iter().map(|point| point.1).collect();
        let format = match series.role {
            Role::Rate => rate,
            _ if curves.is_fraction => percent,
            _ => loss,
        };
        let ends =
            values.first().zip(values.last()).map(|(first, last)| format!("{} to {}", format(*first), format(*last)));
        format!("{:<names$}  {}  {}", series.name, curve(&values, CURVE_WIDTH), ends.unwrap_or_default())
    };
    [curves.title.clone()].into_iter().chain(curves.series.iter().map(line)).collect()
}
