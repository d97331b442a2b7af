//! The slides, a file each or one for slides that belong together.

mod architecture;
mod augmentation;
mod chain_rule;
mod evaluation;
mod iteration;
mod learning_rate;
mod papers;
mod preprocessing;
mod regularization;
mod training_loop;

use super::content::{Cell, Slide};
use super::trace::Naming;
use super::trainings::{Training, Trainings};
use super::{Context, Options};
use crate::config::{ClassWeighting, ClassWeights, OptimizerName, RunConfig};
use crate::data::Dataset;
use crate::error::Result;

/// Slides that show the plain training.
const OF_THE_TRAINING: [usize; 5] = [7, 9, 10, 11, 14];

/// Makes the slides that were asked for, in their order.
pub(super) fn slides(context: &Context, trainings: &mut Trainings) -> Result<Vec<Slide>> {
    let asked = |slide: &usize| context.options.slides.contains(slide);
    let training = OF_THE_TRAINING.iter().any(asked);
    let training = training.then(|| trainings.train("the network", &context.options.config)).transpose()?;
    let mut slides = Vec::new();
    for number in (1..=super::SLIDES).filter(asked) {
        slides.push(match (number, &training) {
            (1, _) => architecture::slide(context)?,
            (2, _) => iteration::forward(context),
            (3, _) => iteration::loss(context),
            (4, _) => chain_rule::slide(context),
            (5, _) => iteration::gradients(context),
            (6, _) => iteration::update(context),
            (7, Some(training)) => training_loop::training_loop(context, training),
            (8, _) => preprocessing::slide(context),
            (9, Some(training)) => training_loop::real_example(context, training),
            (10, Some(training)) => training_loop::results(context, training),
            (11, Some(training)) => evaluation::slide(training),
            (12, _) => learning_rate::slide(context, trainings)?,
            (13, _) => augmentation::slide(context)?,
            (14, Some(training)) => regularization::slide(context, training, trainings)?,
            _ => papers::slide(),
        });
    }
    Ok(slides)
}

/// What slides 2 to 6 leave out of the configured training.
pub(super) fn notes(options: &Options, data: &Dataset) -> Vec<String> {
    let RunConfig { training, optimizer, .. } = &options.small;
    let left_out = [
        ("optimizer.nesterov", optimizer.name == OptimizerName::Sgd && optimizer.nesterov),
        ("training.clip_norm", training.clip_norm > 0.0),
        ("training.clip_value", training.clip_value > 0.0),
        ("training.max_norm", training.max_norm > 0.0),
        ("training.label_smoothing", training.label_smoothing > 0.0),
        ("training.class_weights", training.class_weights != ClassWeights::Named(ClassWeighting::None)),
        ("schedule.warmup_epochs", options.small.schedule.warmup_epochs > 0),
        ("row weights", data.train.weights().is_some()),
    ];
    let left_out: Vec<&str> = left_out.into_iter().filter(|(_, is_set)| *is_set).map(|(name, _)| name).collect();
    let mut notes = Vec::new();
    if optimizer.name != OptimizerName::Sgd {
        notes.push(format!(
            "slide 6 shows the slide's SGD with momentum; the trainings of slides 7 to 14 use {}, as configured",
            optimizer.name
        ));
    }
    if !left_out.is_empty() {
        notes.push(format!(
            "slides 2 to 6 leave {} out, which the slides do not have; the trainings of slides 7 to 14 use it",
            left_out.join(", ")
        ));
    }
    notes
}

/// What the numbers of slides 2 to 6 are called.
pub(super) fn naming(config: &RunConfig, data: &Dataset) -> Naming {
    Naming {
        feature: if data.image_shape.is_some() { "pixel" } else { "feature" },
        output: if data.is_regression() { "target" } else { "class" },
        activation: config.model.activation,
        number_loss: data.is_regression().then(|| config.training.number_loss()),
        epsilon: BATCH_NORM_EPSILON,
        momentum: config.optimizer.momentum,
        rate: config.optimizer.learning_rate,
    }
}

/// Burn's and PyTorch's default.
const BATCH_NORM_EPSILON: f64 = 1e-5;

/// "row 12 of the training set, class 3".
pub(super) fn row_name(data: &Dataset, row: usize) -> String {
    let truth = match data.train.labels().get(row) {
        Some(&label) => {
            let name = data.class_names.get(label as usize).cloned().unwrap_or_else(|| label.to_string());
            format!("class {}", crate::text::printable(&name))
        }
        None => {
            let count = data.target_names.len();
            let numbers = data.train.numbers().get(row * count..(row + 1) * count).unwrap_or_default();
            let named = data.target_names.iter().zip(numbers);
            let named = named
                .map(|(name, &number)| format!("{} {}", crate::text::printable(name), crate::format::number(number)));
            named.collect::<Vec<_>>().join(", ")
        }
    };
    format!("row {} of the training set, {truth}", row + 1)
}

/// Layer sizes as text: "64-5-4-10".
fn network_name(config: &RunConfig, data: &Dataset) -> String {
    let sizes = config.model.layer_sizes(data.inputs(), data.outputs());
    sizes.iter().map(ToString::to_string).collect::<Vec<_>>().join("-")
}

/// A number, or a dash.
fn optional(value: Option<f64>, format: fn(f64) -> String) -> Cell {
    Cell::optional(value, format)
}

/// Which epochs a table of `count` shows in short: the first three, every tenth and the last.
fn short_epochs(count: usize) -> Vec<usize> {
    (0..count).filter(|&index| index < 3 || index % 10 == 0 || index + 1 == count).collect()
}

/// The metric of validation rows beside the loss, as a name and a value of each epoch.
fn metric_of(training: &Training) -> (&'static str, fn(f64) -> String) {
    match training.history.iter().any(|row| row.train_rmse.is_some()) {
        true => ("RMSE", crate::format::number),
        false => ("accuracy", crate::format::percent),
    }
}
