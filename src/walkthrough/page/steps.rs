//! The steps of the iterations, grouped by slide.

use super::super::trace::{Phase, Quantity};
use super::super::{Block, IterationTrace, Slide, Walkthrough};
use super::blocks::{self, BlockView};
use super::matrix::MatrixView;
use crate::error::Result;

/// The steps that an iteration takes on one slide.
pub(super) struct StepGroup {
    pub iteration: usize,
    pub slide: usize,
    pub title: &'static str,
    /// What the slide says besides its quantities, in the first iteration.
    pub blocks: Vec<BlockView>,
    pub steps: Vec<StepView>,
}

/// One step.
pub(super) struct StepView {
    /// Distinguishes the step from all others: "1-Z_values[0]".
    pub id: String,
    pub iteration: usize,
    pub phase: &'static str,
    /// What the step does, in one word.
    pub verb: &'static str,
    pub name: String,
    pub meaning: String,
    pub code: &'static str,
    pub formula: String,
    pub layer: Option<usize>,
    pub result: MatrixView,
    pub operands: Vec<MatrixView>,
    /// `None` where both computations start from the same numbers.
    pub agreement: Option<String>,
    /// One entry written out.
    pub example: String,
}

/// Returns the groups of all iterations, in order.
pub(super) fn step_groups(walkthrough: &Walkthrough) -> Result<Vec<StepGroup>> {
    let mut groups = Vec::new();
    for iteration in &walkthrough.iterations {
        for slide in walkthrough.slides.iter().filter(|slide| (2..=6).contains(&slide.number)) {
            let steps: Vec<StepView> =
                quantities(iteration, slide).map(|quantity| StepView::new(iteration, quantity)).collect();
            if iteration.number > 1 && steps.is_empty() {
                continue;
            }
            let without_numbers: Vec<Block> =
                slide.blocks.iter().filter(|block| !matches!(block, Block::Quantity { .. })).cloned().collect();
            let blocks = match iteration.number {
                1 => blocks::views(walkthrough, &Slide { blocks: without_numbers, ..slide.clone() })?,
                _ => Vec::new(),
            };
            groups.push(StepGroup {
                iteration: iteration.number,
                slide: slide.number,
                title: slide.title,
                blocks,
                steps,
            });
        }
    }
    Ok(groups)
}

/// What an iteration computes on a slide. Batch normalisation and dropout are slide 14's, but take part in the forward
/// pass; where an iteration starts is shown only for the batch and the labels.
fn quantities<'a>(iteration: &'a IterationTrace, slide: &'a Slide) -> impl Iterator<Item = &'a Quantity> {
    let is_shown = |quantity: &&Quantity| match quantity.phase {
        Phase::Given => {
            quantity.slide == slide.number && ["activations[0]", "y_true"].contains(&quantity.name.as_str())
        }
        Phase::Forward => slide.number == 2,
        _ => quantity.slide == slide.number,
    };
    iteration.quantities.iter().filter(is_shown)
}

impl StepView {
    fn new(iteration: &IterationTrace, quantity: &Quantity) -> Self {
        let operands = quantity.operands.iter().filter_map(|operand| iteration.find(&operand.quantity));
        let (phase, verb) = match quantity.phase {
            Phase::Given => ("given", "start"),
            Phase::Forward => ("forward", "forward"),
            Phase::Loss => ("loss", "loss"),
            Phase::Backward => ("backward", "backward"),
            Phase::Update => ("update", "update"),
        };
        let agreement = format!(
            "largest difference {:.1e}, relative to the largest entry {:.1e}",
            quantity.difference, quantity.relative_difference
        );
        let example = &quantity.example;
        Self {
            id: format!("{}-{}", iteration.number, quantity.name.replace(' ', "-")),
            iteration: iteration.number,
            phase,
            verb,
            name: quantity.name.clone(),
            meaning: quantity.meaning.clone(),
            code: quantity.code,
            formula: quantity.formula.clone(),
            layer: quantity.layer,
            result: MatrixView::new(quantity),
            operands: operands.map(MatrixView::new).collect(),
            agreement: (!quantity.operands.is_empty()).then_some(agreement),
            example: match quantity.operands.is_empty() {
                true => String::new(),
                false => format!("{}[{}, {}] = {}", quantity.name, example.row, example.column, example.text),
            },
        }
    }
}
