//! A training iteration as the slides name it: one quantity after the other, each with its formula and where every
//! number comes from.

mod explanation;
mod operation;
mod steps;

use ndarray::Array2;
use serde::{Serialize, Serializer};

use crate::gradcheck::Twice;
pub use operation::{Operand, Operation, Pick};
pub(super) use steps::{Naming, trace};

/// The part of an iteration that a quantity belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// What the iteration starts from: the batch and the weights.
    Given,
    Forward,
    Loss,
    Backward,
    Update,
}

/// One iteration on one batch.
#[derive(Debug, Clone, Serialize)]
pub struct IterationTrace {
    /// Counted from 1.
    pub number: usize,
    /// What the rows of the batch are: "row 12, class 3".
    pub rows: Vec<String>,
    /// In the order in which they are computed.
    pub quantities: Vec<Quantity>,
}

/// A matrix of an iteration, computed twice.
#[derive(Debug, Clone, Serialize)]
pub struct Quantity {
    /// The slide's own name with its index: `Z_values[0]`.
    pub name: String,
    /// What it is, in words.
    pub meaning: String,
    /// The slide that computes it.
    pub slide: usize,
    pub phase: Phase,
    /// The layer, from 0; `None` for the labels, the output and the loss.
    pub layer: Option<usize>,
    /// The slide's own line; empty for what is given.
    pub code: &'static str,
    /// The same with the indices of this quantity.
    pub formula: String,
    /// Names of the rows and columns.
    pub row_axis: String,
    pub column_axis: String,
    /// `[rows, columns]`.
    pub shape: [usize; 2],
    /// The result of the slide's formula, in `f64`.
    #[serde(serialize_with = "as_rows")]
    pub closed_form: Array2<f64>,
    /// Burn's result, in `f32`.
    #[serde(serialize_with = "as_rows")]
    pub burn: Array2<f64>,
    /// The largest difference between both.
    pub difference: f64,
    /// The same, relative to the largest entry; 0 if all are 0.
    pub relative_difference: f64,
    /// One entry, `[row, column]`, written out with the numbers it comes from.
    pub example: Example,
    /// Which entries of which quantities an entry comes from.
    pub operands: Vec<Operand>,
    #[serde(skip)]
    pub operation: Operation,
}

/// An entry that is written out.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Example {
    pub row: usize,
    pub column: usize,
    pub text: String,
    pub closed_form: f64,
    pub burn: f64,
}

impl IterationTrace {
    /// Returns the quantity with this name.
    pub fn find(&self, name: &str) -> Option<&Quantity> {
        self.quantities.iter().find(|quantity| quantity.name == name)
    }

    /// Returns the quantities of a slide, in their order.
    pub fn of_slide(&self, slide: usize) -> impl Iterator<Item = &Quantity> {
        self.quantities.iter().filter(move |quantity| quantity.slide == slide)
    }

    /// Writes out how the entry `[row, column]` of `quantity` is computed, with at most `terms` terms of a sum.
    pub fn explain(&self, quantity: &Quantity, [row, column]: [usize; 2], terms: usize) -> String {
        explanation::explain(self, quantity, [row, column], terms)
    }
}

impl Quantity {
    fn new(name: String, meaning: impl Into<String>, (slide, phase): (usize, Phase), values: &Twice) -> Self {
        let (rows, columns) = values.closed_form.dim();
        Self {
            name,
            meaning: meaning.into(),
            slide,
            phase,
            layer: None,
            code: "",
            formula: String::new(),
            row_axis: "row".to_string(),
            column_axis: "column".to_string(),
            shape: [rows, columns],
            closed_form: values.closed_form.clone(),
            burn: values.burn.clone(),
            difference: values.difference(),
            relative_difference: relative(values.difference(), values.largest()),
            example: Example::default(),
            operands: Vec::new(),
            operation: Operation::Given,
        }
    }

    fn computed(self, code: &'static str, formula: String, operation: Operation) -> Self {
        let operands = operation.operands();
        Self { code, formula, operands, operation, ..self }
    }

    fn axes(self, row_axis: impl Into<String>, column_axis: impl Into<String>) -> Self {
        Self { row_axis: row_axis.into(), column_axis: column_axis.into(), ..self }
    }

    fn at_layer(self, layer: usize) -> Self {
        Self { layer: Some(layer), ..self }
    }

    /// The entry with the largest magnitude, which says most.
    fn largest_entry(&self) -> [usize; 2] {
        let magnitude = |(_, entry): &((usize, usize), &f64)| if entry.is_nan() { f64::INFINITY } else { entry.abs() };
        let largest = self.closed_form.indexed_iter().max_by(|one, other| {
            // Of equal entries the first.
            magnitude(one).total_cmp(&magnitude(other)).then(other.0.cmp(&one.0))
        });
        largest.map_or([0, 0], |((row, column), _)| [row, column])
    }
}

/// Returns `difference` as a fraction of `largest`. Where all entries are 0, any difference is infinitely large.
fn relative(difference: f64, largest: f64) -> f64 {
    if difference == 0.0 { 0.0 } else { difference / largest }
}

fn as_rows<S: Serializer>(matrix: &Array2<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(matrix.rows().into_iter().map(|row| row.to_vec()))
}

/// Formats an entry of a matrix in at most eight columns: "0.1234", "-3.1e-5", "12.50", "1".
pub fn shown(value: f64) -> String {
    match value.abs() {
        // Without the sign of a negative zero.
        0.0 => "0".to_string(),
        size if size.fract() == 0.0 && size < 1e6 => format!("{value:.0}"),
        size if size < 0.001 => format!("{value:.1e}"),
        size if size < 10.0 => format!("{value:.4}"),
        size if size < 1000.0 => format!("{value:.2}"),
        _ => format!("{value:.1e}"),
    }
}
