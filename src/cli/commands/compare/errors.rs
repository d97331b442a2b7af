//! The errors of runs that predict numbers.

use burn_mlp::compare::runs::{ErrorComparison, ErrorsRow, p_value};
use burn_mlp::format::number;
use burn_mlp::text::printable;
use comfy_table::Cell;

use crate::cli::terminal::colour::{bold, yellow};
use crate::cli::terminal::console::Console;
use crate::cli::terminal::tables::{plain_table, right};

pub fn show(rows: &[ErrorsRow], console: &mut Console) {
    console.result(format!("\n{}", bold("errors on the test set")));
    if rows.iter().any(|row| !row.comparisons.is_empty()) {
        console.result(table(rows));
    }
    for row in rows {
        if let Some(problem) = &row.problem {
            console.result(yellow(printable(problem)));
        }
        for comparison in &row.comparisons {
            console.result(printable(&comparison.sentence));
            comparison.meaning.iter().for_each(|meaning| console.result(meaning));
        }
    }
}

/// One row for each run and target.
fn table(rows: &[ErrorsRow]) -> String {
    let tests = || rows.iter().flat_map(|row| &row.comparisons);
    let is_corrected = tests().any(|test| test.comparisons > 1);
    let targets: Vec<&str> = rows
        .iter()
        .find(|row| !row.comparisons.is_empty())
        .map(|row| row.comparisons.iter().map(|test| test.target.as_str()).collect())
        .unwrap_or_default();
    let has_several = targets.len() > 1;
    let mut table = plain_table();
    let mut header = vec![Cell::new("run")];
    header.extend(has_several.then(|| Cell::new("target")));
    header.extend(["RMSE", "difference", "95 % interval", "p"].map(right));
    header.extend(is_corrected.then(|| right("p, Holm")));
    table.set_header(header);
    for row in rows {
        for place in 0..row.rmse.len().max(1) {
            let mut cells = vec![Cell::new(&row.run)];
            cells.extend(has_several.then(|| Cell::new(printable(targets.get(place).unwrap_or(&"")))));
            cells.push(right(row.rmse.get(place).map_or("-".to_string(), |rmse| number(*rmse))));
            let test = row.comparisons.get(place);
            cells.extend(test.map(|test| test_cells(test, is_corrected)).unwrap_or_default().into_iter().map(right));
            table.add_row(cells);
        }
    }
    table.to_string()
}

fn test_cells(comparison: &ErrorComparison, is_corrected: bool) -> Vec<String> {
    let test = &comparison.test;
    let interval = format!("{} to {}", number(test.interval[0]), number(test.interval[1]));
    let mut cells = vec![number(test.difference), interval, p_value(test.p_value)];
    cells.extend(is_corrected.then(|| p_value(comparison.corrected_p_value)));
    cells
}
