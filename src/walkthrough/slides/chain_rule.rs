//! Slide 4: the chain rule for one weight.

use super::super::Context;
use super::super::content::{Block, Cell, Slide, Table};
use super::super::trace::{IterationTrace, Quantity};
use crate::format::number;
use crate::gradcheck::slope;

pub(super) fn slide(context: &Context) -> Slide {
    let slide = Slide::new(4, "Mathematical Foundations of Backpropagation")
        .text(
            "How does the loss change if one weight changes? The weight moves its neuron's z, z moves the neuron's a, and a \
             moves the loss: the chain rule multiplies the three. Each row of the batch gives one such product, and their sum \
             is the gradient.",
        )
        .code(&[
            "∂L/∂w = ∂L/∂a · ∂a/∂z · ∂z/∂w          for one weight w",
            "δ = ∂L/∂z = ∂L/∂a · ∂a/∂z              the error of a neuron",
            "δ(l) = (w(l+1)ᵀ δ(l+1)) ⊙ σ'(z(l))     layer by layer, from the back",
        ]);
    let Some(chain) = context.iterations.first().and_then(|iteration| Chain::new(context, iteration)) else {
        return slide.text("A table of factors needs a hidden layer without batch normalisation and dropout.");
    };
    let Chain { weight: [input, neuron], .. } = chain;
    let gradient = &chain.gradient;
    let [closed_form, burn] = [gradient.closed_form[[input, neuron]], gradient.burn[[input, neuron]]];
    slide
        .text(format!(
            "Take weights[0][{input}, {neuron}], the weight of the first hidden layer with the largest gradient, from {} \
             {input} to neuron {neuron}. Slide 5's matrices hold the same factors for all weights at once.",
            super::naming(&context.options.small, context.data).feature
        ))
        .with(Block::Table(chain.table()))
        .text(format!(
            "The sum is dW[0][{input}, {neuron}] of slide 5: {} by the slide's formula, {} by Burn's autodiff.",
            number(closed_form),
            number(burn)
        ))
}

/// The factors of one weight of the first hidden layer.
struct Chain<'a> {
    /// Input and neuron.
    weight: [usize; 2],
    gradient: &'a Quantity,
    /// For each row: dL/da, da/dz, dz/dw.
    factors: Vec<[f64; 3]>,
}

impl<'a> Chain<'a> {
    fn new(context: &Context, iteration: &'a IterationTrace) -> Option<Self> {
        let gradient = iteration.find("dW[0]")?;
        let (input, z, da) =
            (iteration.find("activations[0]")?, iteration.find("Z_values[0]")?, iteration.find("dA[1]")?);
        if iteration.find("Z_normalized[0]").is_some() || iteration.find("mask[1]").is_some() {
            return None;
        }
        let (row, column) = (gradient.example.row, gradient.example.column);
        let batch = z.shape[0];
        let activation = context.options.small.model.activation;
        let factors = (0..batch).map(|sample| {
            [
                da.closed_form[[sample, column]] / batch as f64,
                slope(activation, z.closed_form[[sample, column]]),
                input.closed_form[[sample, row]],
            ]
        });
        Some(Self { weight: [row, column], gradient, factors: factors.collect() })
    }

    fn table(&self) -> Table {
        let columns = ["row of the batch", "∂L/∂a", "∂a/∂z", "∂z/∂w", "product"];
        let mut table = Table::new("The chain rule for one weight", &columns);
        let mut sum = 0.0;
        for (row, factors) in self.factors.iter().enumerate() {
            let product: f64 = factors.iter().product();
            sum += product;
            let numbers = factors.iter().chain([&product]).map(|&factor| Cell::number(factor, number));
            table.rows.push([Cell::count(row)].into_iter().chain(numbers).collect());
        }
        let empty = || Cell::from("");
        table.rows.push(vec!["sum".into(), empty(), empty(), empty(), Cell::number(sum, number)]);
        table
    }
}
