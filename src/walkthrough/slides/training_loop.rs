//! Slides 7, 9 and 10: a whole training.

use super::super::Context;
use super::super::content::{Block, Cell, Curves, Images, Picture, Role, Series, Slide, Table};
use super::super::trainings::Training;
use super::{metric_of, network_name, optional, short_epochs};
use crate::format::{count, epochs, loss, percent, rate};
use crate::run_directory::EpochRow;
use crate::training::Ending;

/// Images of each class on slide 9, and the classes that have them.
const IMAGES_OF_A_CLASS: usize = 2;
const MAX_CLASSES: usize = 12;

/// What slide 10 prints, for MNIST: the epoch, from 0, and its loss.
const PRINTED_LOSSES: [(usize, f64); 5] = [(0, 2.3041), (10, 0.4872), (20, 0.3145), (30, 0.2514), (40, 0.2103)];

/// Slide 7.
pub(super) fn training_loop(context: &Context, training: &Training) -> Slide {
    let config = &training.config;
    let validates = training.history.iter().any(|row| row.valid_loss.is_some());
    let validation = if validates { "Then the validation rows go forward once, without an update." } else { "" };
    Slide::new(7, "Training Loop Implementation")
        .code(&[
            "for epoch in range(epochs):",
            "    for i in range(0, n_samples, batch_size):",
            "        predictions = network.forward_propagation(X_batch)",
            "        loss = cross_entropy_loss(y_batch, predictions)",
            "        gradients_w, gradients_b = network.compute_gradients(X_batch, y_batch)",
            "        optimizer.update(network, gradients_w, gradients_b)",
        ])
        .text(format!(
            "An epoch takes slides 2 to 6 over all training rows, in batches of {}. {validation} This is {}, trained for {}{}.",
            config.training.batch_size,
            network_name(config, context.data),
            epochs(training.history.len()),
            if training.ending == Ending::StoppedEarly { ", when early stopping ended it" } else { "" }
        ))
        .with(Block::Table(epoch_table(training)))
        .with(Block::Curves(losses("Loss", training)))
}

/// Every epoch.
fn epoch_table(training: &Training) -> Table {
    let (metric, format) = metric_of(training);
    let validates = training.history.iter().any(|row| row.valid_loss.is_some());
    let valid = ["valid loss".to_string(), format!("valid {metric}")];
    let columns = ["epoch".to_string(), "rate".to_string(), "train loss".to_string(), format!("train {metric}")];
    let columns: Vec<String> = columns.into_iter().chain(valid.into_iter().filter(|_| validates)).collect();
    let names: Vec<&str> = columns.iter().map(String::as_str).chain([""]).collect();
    let mut table = Table::new("The epochs", &names);
    for row in &training.history {
        let mut cells = vec![
            Cell::count(row.epoch),
            Cell::number(row.learning_rate, rate),
            Cell::number(row.train_loss, loss),
            optional(row.train_accuracy.or(row.train_rmse), format),
        ];
        if validates {
            cells.extend([optional(row.valid_loss, loss), optional(row.valid_accuracy.or(row.valid_rmse), format)]);
        }
        cells.push(if Some(row.epoch) == training.best_epoch { "best" } else { "" }.into());
        table.rows.push(cells);
    }
    let best = training.best_epoch.map(|epoch| epoch - 1);
    table.selected = short_epochs(table.rows.len());
    table.selected.extend(best);
    table
}

/// The losses of training and validation.
pub(super) fn losses(title: &str, training: &Training) -> Curves {
    let series = |name: &str, role: Role, value: fn(&EpochRow) -> Option<f64>| Series {
        name: name.to_string(),
        role,
        points: training.history.iter().filter_map(|row| Some((row.epoch, value(row)?))).collect(),
    };
    let both = [
        series("training", Role::Training, |row| Some(row.train_loss)),
        series("validation", Role::Validation, |row| row.valid_loss),
    ];
    let series = both.into_iter().filter(|series| !series.points.is_empty()).collect();
    Curves { title: title.to_string(), is_fraction: false, series }
}

/// Slide 9.
pub(super) fn real_example(context: &Context, training: &Training) -> Slide {
    let data = context.data;
    let config = &training.config;
    let what = match data.is_regression() {
        true => format!("{} number(s) to predict", data.outputs()),
        false => format!("{} classes", count(data.classes())),
    };
    let mut slide = Slide::new(9, "Real-world Example: MNIST Digit Classification")
        .code(&["network = NeuralNetwork([784, 128, 64, 10])", "history = train_network(network, X_train, y_train, epochs=50)"])
        .text(format!(
            "The slide trains on MNIST. Here the data is {}: rows of {} {}s, {what}. `burn-mlp walkthrough --data mnist` takes \
             MNIST, which is downloaded once.",
            crate::format::without_directory(&data.source),
            count(data.train.dimension()),
            super::naming(config, data).feature
        ));
    if let Some(images) = samples(context) {
        slide = slide.with(Block::Images(images));
    }
    let mut table = Table::new("How it is trained", &["", "slide", "here"]);
    let rows = [
        ("layers", "784-128-64-10".to_string(), network_name(config, data)),
        ("activation", "relu".to_string(), config.model.activation.to_string()),
        ("initial weights", "normal, times 0.01".to_string(), config.model.init.to_string()),
        ("optimizer", "SGD, momentum 0.9".to_string(), optimizer(training)),
        ("learning rate", "0.01".to_string(), rate(config.optimizer.learning_rate)),
        ("schedule", "none".to_string(), config.schedule.name.to_string()),
        ("batch size", "32".to_string(), count(config.training.batch_size)),
        ("epochs", "50".to_string(), format!("at most {}", count(config.training.epochs))),
        ("early stopping", "none".to_string(), if config.early_stopping.enabled { "yes" } else { "no" }.to_string()),
    ];
    table.rows = rows.into_iter().map(|(name, slide, here)| vec![name.into(), slide.into(), here.into()]).collect();
    slide.with(Block::Table(table))
}

fn optimizer(training: &Training) -> String {
    let optimizer = &training.config.optimizer;
    match optimizer.name {
        crate::config::OptimizerName::Sgd => format!("SGD, momentum {}", optimizer.momentum),
        name => name.to_string(),
    }
}

/// Some images of each class.
fn samples(context: &Context) -> Option<Images> {
    let data = context.data;
    let shape = data.image_shape?;
    let mut images = Vec::new();
    for (class, name) in data.class_names.iter().enumerate().take(MAX_CLASSES) {
        let rows = context.split.train.iter().filter(|&&row| data.train.labels().get(row) == Some(&(class as u32)));
        for (index, &row) in rows.take(IMAGES_OF_A_CLASS).enumerate() {
            let label = crate::text::printable(name);
            images.push(Picture {
                label,
                pixels: data.train.sample(row).features,
                is_selected: index == 0 && class < 4,
            });
        }
    }
    (!images.is_empty()).then(|| Images {
        caption: "Training images of each class".to_string(),
        height: shape.height,
        width: shape.width,
        channels: shape.channels,
        images,
    })
}

/// Slide 10.
pub(super) fn results(context: &Context, training: &Training) -> Slide {
    let is_regression = context.data.is_regression();
    let mut table =
        Table::new("Every tenth epoch, counted from 0 as on the slide", &["epoch", "loss here", "slide 10, MNIST"]);
    for (index, row) in training.history.iter().enumerate().filter(|(index, _)| index % 10 == 0) {
        let printed = PRINTED_LOSSES.iter().find(|(epoch, _)| *epoch == index).map(|(_, loss)| *loss);
        table.rows.push(vec![
            Cell::count(index),
            Cell::number(row.train_loss, loss),
            optional(printed.filter(|_| !is_regression), loss),
        ]);
    }
    let (metric, format) = metric_of(training);
    let last = training.history.last();
    let mut finals = Table::new("Final metrics", &["", "here", "slide 10, MNIST"]);
    let printed =
        |value: f64| optional(Some(value).filter(|_| !is_regression), if value > 0.9 { percent } else { loss });
    finals.rows.push(vec!["training loss".into(), optional(last.map(|row| row.train_loss), loss), printed(0.1892)]);
    let best = training.best().and_then(|row| row.valid_accuracy.or(row.valid_rmse));
    finals.rows.push(vec![format!("validation {metric}, best epoch").into(), optional(best, format), printed(0.9724)]);
    let test = training.evaluation.as_ref().filter(|(split, _)| *split == crate::pipeline::Split::Test);
    let test = test.and_then(|(_, report)| report.accuracy().or(report.rmse()));
    finals.rows.push(vec![format!("test {metric}").into(), optional(test, format), "–".into()]);
    Slide::new(10, "Results for MNIST Classification")
        .text(
            "The loss falls quickly at first, and slowly later. The slide prints what its training on MNIST reached; its time \
             is left out here, since a walkthrough of the same seed is always the same.",
        )
        .with(Block::Table(table))
        .with(Block::Table(finals))
}
