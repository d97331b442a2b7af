//! Slide 8: from the source's values to what the network takes.

use super::super::Context;
use super::super::content::{Block, Cell, Slide, Table};
use crate::data::{Features, TableSchema};
use crate::format::{count, number, percent};
use crate::text::printable;

/// Values of a row that the table shows, those that differ from 0 first.
const MAX_VALUES: usize = 12;

/// Columns of a table that are listed.
const MAX_COLUMNS: usize = 20;

pub(super) fn slide(context: &Context) -> Slide {
    let slide = Slide::new(8, "Data Preprocessing Pipeline").code(&[
        "X = X.astype('float32') / 255.0",
        "y_one_hot[np.arange(y.shape[0]), y] = 1",
        "np.random.shuffle(indices)",
        "split_idx = int(X.shape[0] * (1 - validation_split))",
    ]);
    let slide = match &context.data.table {
        Some(table) => columns(slide, table),
        None => values(context, slide),
    };
    let slide = targets(context, slide);
    slide.text(shuffling(context)).with(Block::Table(split(context)))
}

/// What happens to the values of a row of numbers or pixels.
fn values(context: &Context, slide: Slide) -> Slide {
    let Some(&row) = context.split.train.first() else { return slide };
    let train = &context.data.train;
    let dimension = train.dimension();
    let features = train.sample(row).features;
    let divisor = match train.features() {
        Features::Bytes { maximum, .. } => Some(f32::from(*maximum)),
        Features::Floats(_) => context.data.divisor,
    };
    let Some(divisor) = divisor else { return slide.text("The values go into the network as they are.") };
    let raw = |index: usize| match train.features() {
        Features::Bytes { values, .. } => f64::from(values[row * dimension + index]),
        Features::Floats(_) => f64::from(features[index] * divisor),
    };
    let shown: Vec<usize> = (0..dimension).filter(|&index| features[index] != 0.0).take(MAX_VALUES).collect();
    let name = super::naming(&context.options.small, context.data).feature;
    let mut table = Table::new(
        format!("The first {} values of row {} that are not 0", shown.len(), row + 1),
        &[name, "X", &format!("X / {}", number(f64::from(divisor)))],
    );
    for index in shown {
        table.rows.push(vec![
            Cell::count(index),
            Cell::number(raw(index), number),
            Cell::number(f64::from(features[index]), number),
        ]);
    }
    slide
        .text(format!(
            "The values are divided by their maximum, {}, so that they lie from 0 to 1.",
            number(f64::from(divisor))
        ))
        .with(Block::Table(table))
}

/// How the columns of a table become features.
fn columns(slide: Slide, schema: &TableSchema) -> Slide {
    let mut table = Table::new("How columns become features", &["column", "features", "encoding"]);
    for column in schema.columns.iter().take(MAX_COLUMNS) {
        let encoding = schema.description(column);
        table.rows.push(vec![printable(&column.name).into(), Cell::count(column.features()), encoding.into()]);
    }
    let slide = slide
        .text(
            "The slide scales pixels. The columns of a table each have an encoding of their own, whose statistics come from the \
             training rows alone, so that nothing is known of the rows that are held out.",
        )
        .with(Block::Table(table));
    match schema.columns.len().checked_sub(MAX_COLUMNS) {
        None | Some(0) => slide,
        Some(more) => slide.text(format!("{} more columns: `burn-mlp data FILE` shows them all.", count(more))),
    }
}

/// One-hot classes, or standardised numbers.
fn targets(context: &Context, slide: Slide) -> Slide {
    let data = context.data;
    if data.is_regression() {
        let mut table = Table::new("Targets are standardised by the training rows", &["target", "mean", "deviation"]);
        for target in data.task(&context.split.train, false).targets() {
            let numbers = [target.mean, target.deviation].map(|value| Cell::number(value, number));
            table.rows.push([Cell::from(printable(&target.name))].into_iter().chain(numbers).collect());
        }
        return slide.with(Block::Table(table));
    }
    let Some((row, &label)) = context.split.train.first().and_then(|&row| Some((row, data.train.labels().get(row)?)))
    else {
        return slide;
    };
    let one_hot: Vec<&str> = (0..data.classes()).map(|class| if class == label as usize { "1" } else { "0" }).collect();
    let one_hot = if one_hot.len() > 20 { format!("{} … ", one_hot[..20].join(" ")) } else { one_hot.join(" ") };
    let name = printable(&data.class_names[label as usize]);
    slide.text(format!(
        "Row {} has class {name}; one-hot that is {one_hot}. This program keeps the class's number: the loss is the same, and \
         takes less memory.",
        row + 1
    ))
}

fn shuffling(context: &Context) -> &'static str {
    match context.options.config.training.shuffle {
        true => "The slide shuffles the rows once; this program draws a new order for every epoch.",
        false => "The rows stay in their order, as configured; the slide shuffles them once.",
    }
}

fn split(context: &Context) -> Table {
    let (train, valid) = (context.split.train.len(), context.split.valid.len());
    let test = context.data.test.as_ref().map_or(0, |test| test.len());
    let total = (train + valid + test).max(1) as f64;
    let mut table = Table::new("Each row trains, validates or tests", &["part", "rows", "share"]);
    for (part, rows) in [("training", train), ("validation", valid), ("test", test)] {
        table.rows.push(vec![part.into(), Cell::count(rows), Cell::number(rows as f64 / total, percent)]);
    }
    table
}
