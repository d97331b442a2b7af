//! Where each shown entry comes from, for the page's script.

use serde::Serialize;

use super::super::trace::{Operand, Quantity};
use super::super::{IterationTrace, Walkthrough};
use super::matrix::shown_shape;

/// Terms of a sum that are written out for each entry of a small matrix, and of a larger one.
const MAX_TERMS: usize = 40;
const MAX_TERMS_OF_MANY: usize = 12;

/// Entries of a small matrix.
const FEW_ENTRIES: usize = 64;

/// What the script knows of a quantity.
#[derive(Serialize)]
struct Explained<'a> {
    /// `[rows][columns]`.
    entries: Vec<Vec<Entry>>,
    operands: &'a [Operand],
}

/// The equation, and both results with the digits in which they may differ.
#[derive(Serialize)]
struct Entry(String, String, String, String);

/// Returns JSON by iteration and quantity. It may stand in a script element.
pub(super) fn explanations(walkthrough: &Walkthrough) -> serde_json::Result<String> {
    let by_name = |iteration: &IterationTrace| {
        let quantities = iteration.quantities.iter();
        quantities.map(|quantity| (quantity.name.clone(), serde_json::json!(explained(iteration, quantity)))).collect()
    };
    let iterations: Vec<serde_json::Map<String, serde_json::Value>> =
        walkthrough.iterations.iter().map(by_name).collect();
    // An end tag in a text would end the element.
    Ok(serde_json::to_string(&iterations)?.replace('<', "\\u003c"))
}

fn explained<'a>(iteration: &IterationTrace, quantity: &'a Quantity) -> Explained<'a> {
    let [rows, columns] = shown_shape(quantity.shape);
    let terms = if rows * columns <= FEW_ENTRIES { MAX_TERMS } else { MAX_TERMS_OF_MANY };
    let entry = |row: usize, column: usize| {
        let (closed_form, burn) = (quantity.closed_form[[row, column]], quantity.burn[[row, column]]);
        let text = match quantity.operands.is_empty() {
            true => String::new(),
            false => iteration.explain(quantity, [row, column], terms),
        };
        Entry(text, digits(closed_form), digits(burn), difference((closed_form - burn).abs()))
    };
    let row = |row: usize| (0..columns).map(|column| entry(row, column)).collect();
    Explained { entries: (0..rows).map(row).collect(), operands: &quantity.operands }
}

fn difference(size: f64) -> String {
    if size == 0.0 { "0".to_string() } else { format!("{size:.1e}") }
}

/// Nine significant digits, which tell apart all `f32`.
fn digits(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_string(),
        size if (1e-3..1e6).contains(&size) => {
            let decimals = (8 - size.log10().floor() as i32).max(0) as usize;
            format!("{value:.decimals$}")
        }
        _ => format!("{value:.8e}"),
    }
}
