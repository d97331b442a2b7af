//! Slides 2, 3, 5 and 6: one iteration in numbers.

use super::super::Context;
use super::super::content::{Block, Images, Picture, Slide};
use crate::config::{NumberLoss, RegressionLoss};

/// Rows of the batch that are shown as pictures.
const MAX_IMAGES: usize = 8;

/// Slide 2.
pub(super) fn forward(context: &Context) -> Slide {
    let slide = Slide::new(2, "Forward Propagation Implementation").text(format!(
        "The batch goes through the layers: each multiplies by its weights and adds its biases (Z), and each hidden layer \
         applies its activation, {} (A). {}",
        context.options.small.model.activation,
        match context.data.is_regression() {
            true => "A network that predicts numbers has no softmax: its last Z are the numbers.",
            false => "Softmax turns the last Z into probabilities, which add up to 1 in each row.",
        }
    ));
    // Batch normalisation and dropout are slide 14's, but they act here.
    let slide = slide.text(batch(context));
    let slide = images(context).into_iter().fold(slide, |slide, images| slide.with(Block::Images(images)));
    let names = quantities(context, 0, |slide, name| slide == 2 || slide == 14 && !name.starts_with("gamma"));
    with_quantities(slide, 1, names)
}

/// Slide 3.
pub(super) fn loss(context: &Context) -> Slide {
    let text = match context.data.is_regression() {
        false => {
            "Cross-entropy is the mean of -ln p, where p is the probability that the network gives the true class. The slide \
             clips p; this program computes the loss from the logits, which needs no clipping."
                .to_string()
        }
        true => format!(
            "The slide's cross-entropy is for classes. For numbers the loss is {}, of numbers that are standardised by the \
             training rows.",
            number_loss(context.options.small.training.number_loss())
        ),
    };
    let slide = Slide::new(3, "Understanding Loss Functions").text(text);
    with_quantities(slide, 1, quantities(context, 0, |slide, _| slide == 3))
}

fn number_loss(loss: NumberLoss) -> String {
    match loss.kind {
        RegressionLoss::Mse => "the mean squared error".to_string(),
        RegressionLoss::Mae => "the mean absolute error".to_string(),
        RegressionLoss::Huber => format!("Huber's, squared up to {} and absolute beyond", loss.huber_delta),
        RegressionLoss::Quantile => format!("the pinball loss of the quantile {}", loss.quantile),
    }
}

/// Slide 5.
pub(super) fn gradients(context: &Context) -> Slide {
    let slide = Slide::new(5, "Gradient Calculation and Chain Rule Implementation").text(
        "From the output back to the input: the error of a layer (dZ) times what the layer took gives the gradient of its \
         weights (dW), and times its weights the error of the layer before (dA). Burn finds the same numbers by itself, from \
         the operations of the forward pass (autodiff). dZ and dA are m times the loss's derivative, as on the slide, which \
         divides by the number of rows m in dW and db.",
    );
    with_quantities(slide, 1, quantities(context, 0, |slide, _| slide == 5))
}

/// Slide 6.
pub(super) fn update(context: &Context) -> Slide {
    let optimizer = &context.options.small.optimizer;
    let slide = Slide::new(6, "Weight Update and Optimization").text(format!(
        "The velocity keeps {} of itself and takes in -{} times the gradient; then the weights move by it. In the first \
         iteration all velocities start at 0, so that they are the gradient's part alone.",
        optimizer.momentum, optimizer.learning_rate
    ));
    let slide =
        with_quantities(slide, 1, quantities(context, 0, |slide, name| slide == 6 && !name.ends_with("(before)")));
    let slide = slide.text(
        "The second iteration, on the next batch, starts from these weights, and its velocities remember the first: that is \
         momentum.",
    );
    let second = quantities(context, 1, |slide, name| slide == 6 && !name.ends_with("(after)"));
    with_quantities(slide, 2, second)
}

/// Says which rows the batch of the first iteration has.
fn batch(context: &Context) -> String {
    let Some(iteration) = context.iterations.first() else { return String::new() };
    let first = if context.options.small.training.shuffle { "the first in the order of epoch 1" } else { "the first" };
    format!("The batch has {} rows, {first}: {}.", iteration.rows.len(), iteration.rows.join("; "))
}

/// The batch as pictures, if rows are images.
fn images(context: &Context) -> Option<Images> {
    let (shape, iteration) = (context.data.image_shape?, context.iterations.first()?);
    let batch = iteration.find("activations[0]")?;
    let picture = |(index, name): (usize, &String)| Picture {
        label: format!("row {index}, {name}"),
        pixels: batch.closed_form.row(index).iter().map(|&pixel| pixel as f32).collect(),
        is_selected: true,
    };
    Some(Images {
        caption: "The batch".to_string(),
        height: shape.height,
        width: shape.width,
        channels: shape.channels,
        images: iteration.rows.iter().enumerate().take(MAX_IMAGES).map(picture).collect(),
    })
}

/// The names of an iteration's quantities for which `is_wanted` holds for the slide and the name.
fn quantities(context: &Context, iteration: usize, is_wanted: impl Fn(usize, &str) -> bool) -> Vec<String> {
    let quantities = context.iterations.get(iteration).map(|it| it.quantities.as_slice()).unwrap_or_default();
    quantities.iter().filter(|it| is_wanted(it.slide, &it.name)).map(|it| it.name.clone()).collect()
}

fn with_quantities(slide: Slide, iteration: usize, names: Vec<String>) -> Slide {
    names.into_iter().fold(slide, |slide, name| slide.with(Block::Quantity { iteration, name }))
}
