//! The quantities of an iteration in the order in which the slides compute them.

mod backward;
mod forward;
mod given;
mod names;
mod update;

use ndarray::Array2;

use super::{Example, IterationTrace, Phase, Quantity, relative};
use crate::config::{Activation, NumberLoss};
use crate::gradcheck::{Iteration, LayerPass, ParameterUpdate, Twice};

/// Terms of a sum in the example of each quantity.
const EXAMPLE_TERMS: usize = 3;

/// Gradients below this are taken for rounding: a softmax has an error of about 1e-7, however small `A - y` is.
const SMALLEST_GRADIENT: f64 = 1e-3;

/// What the numbers of an iteration are called, and the settings that they depend on.
#[derive(Debug, Clone)]
pub struct Naming {
    /// "pixel", "feature".
    pub feature: &'static str,
    /// "class", "target".
    pub output: &'static str,
    pub activation: Activation,
    /// The loss of a regression.
    pub number_loss: Option<NumberLoss>,
    /// The term that batch normalisation adds to the variance.
    pub epsilon: f64,
    pub momentum: f64,
    pub rate: f64,
}

/// Lists the quantities of `iteration`, the `number`th, on a batch of `rows`.
pub fn trace(iteration: &Iteration, number: usize, rows: Vec<String>, naming: &Naming) -> IterationTrace {
    let steps = Steps { iteration, naming, last: iteration.layers.len() - 1 };
    let quantities = [steps.given(), steps.forward(), steps.backward(), steps.update()].concat();
    let mut trace = IterationTrace { number, rows, quantities };
    let examples: Vec<Example> = trace.quantities.iter().map(|quantity| example(&trace, quantity)).collect();
    trace.quantities.iter_mut().zip(examples).for_each(|(quantity, example)| quantity.example = example);
    trace
}

fn example(trace: &IterationTrace, quantity: &Quantity) -> Example {
    let [row, column] = quantity.largest_entry();
    let (closed_form, burn) = (quantity.closed_form[[row, column]], quantity.burn[[row, column]]);
    Example { row, column, text: trace.explain(quantity, [row, column], EXAMPLE_TERMS), closed_form, burn }
}

struct Steps<'a> {
    iteration: &'a Iteration,
    naming: &'a Naming,
    /// The output layer's index.
    last: usize,
}

impl Steps<'_> {
    fn layer_name(&self, layer: usize) -> String {
        if layer == self.last { "the output layer".to_string() } else { format!("hidden layer {}", layer + 1) }
    }

    /// What the columns of a layer's results are.
    fn outputs_of(&self, layer: usize) -> &'static str {
        if layer == self.last { self.naming.output } else { "neuron" }
    }

    fn inputs_of(&self, layer: usize) -> &'static str {
        if layer == 0 { self.naming.feature } else { "neuron" }
    }

    /// The name of what the activation of a hidden layer takes.
    fn activated(&self, layer: usize, pass: &LayerPass) -> String {
        if pass.normalized.is_some() { format!("Z_normalized[{layer}]") } else { format!("Z_values[{layer}]") }
    }

    fn of_parameter(
        &self,
        name: String,
        meaning: String,
        (slide, phase): (usize, Phase),
        layer: usize,
        parameter: &str,
        values: &Twice,
    ) -> Quantity {
        let rows = match parameter {
            "weight" => self.inputs_of(layer),
            "embedding.weight" => "category",
            _ => "",
        };
        let columns = if parameter == "embedding.weight" { "component" } else { self.outputs_of(layer) };
        Quantity::new(name, meaning, (slide, phase), values).axes(rows, columns).at_layer(layer)
    }
}

impl Quantity {
    /// Takes differences relative to `floor`, if no entry is larger.
    fn with_floor(self, floor: f64) -> Self {
        let largest = self.closed_form.iter().fold(0.0, |largest: f64, entry| largest.max(entry.abs()));
        let relative_difference = self.relative_difference.min(relative(self.difference, largest.max(floor)));
        // A minimum would hide NaN.
        Self { relative_difference: if self.difference.is_nan() { f64::NAN } else { relative_difference }, ..self }
    }
}

/// The size below which a gradient of a layer's parameter is taken for rounding. Batch normalisation takes the bias away
/// again, so that its gradient is 0 up to the rounding of gradients as large as those of the weights.
fn gradient_floor(pass: &LayerPass) -> f64 {
    let largest = weights(pass).map_or(0.0, |weights| weights.gradient.largest());
    if pass.normalized.is_some() { largest.max(SMALLEST_GRADIENT) } else { SMALLEST_GRADIENT }
}

/// The largest magnitude of a layer's weights: biases that start at 0 have no size of their own.
fn largest_weight(pass: &LayerPass) -> f64 {
    weights(pass).map_or(0.0, |weights| weights.before.largest())
}

fn weights(pass: &LayerPass) -> Option<&ParameterUpdate> {
    pass.parameters.iter().find(|parameter| parameter.name == "weight")
}

/// What both computations take from the same place.
fn exact(values: &Array2<f64>) -> Twice {
    Twice { closed_form: values.clone(), burn: values.clone() }
}
