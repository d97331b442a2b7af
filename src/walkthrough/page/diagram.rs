//! The network of slides 2 to 6 as a drawing, with the numbers of the batch's first row.

use super::super::trace::shown;
use super::super::{IterationTrace, Quantity, Walkthrough};
use super::matrix::CellView;
use crate::error::Result;
use crate::report::png_image;

/// Neurons of a layer that are drawn.
const MAX_NEURONS: usize = 10;

/// Maximum number of characters of an output's name.
const MAX_NAME_LENGTH: usize = 10;

/// Sizes of the drawing.
const WIDTH: f64 = 480.0;
const LEFT: f64 = 62.0;
const RIGHT: f64 = 385.0;
const DISTANCE: f64 = 36.0;
const TOP: f64 = 34.0;
const IMAGE: f64 = 88.0;

/// Widths of a line by the weight's magnitude.
const SHADES: f64 = 4.0;

/// A drawing for each iteration.
pub(super) struct Diagram {
    pub drawings: Vec<Drawing>,
    pub width: f64,
    pub height: f64,
}

pub(super) struct Drawing {
    pub iteration: usize,
    /// What the batch's first row is.
    pub row: String,
    pub image: Option<Picture>,
    pub edges: Vec<Edge>,
    pub neurons: Vec<Neuron>,
    pub titles: Vec<Label>,
}

pub(super) struct Picture {
    pub uri: String,
    pub x: f64,
    pub y: f64,
    pub size: f64,
}

/// A weight, or all weights between an image and a neuron.
pub(super) struct Edge {
    pub layer: usize,
    /// "p1" to "p4" or "n1" to "n4".
    pub class: String,
    pub from: (f64, f64),
    pub to: (f64, f64),
}

pub(super) struct Neuron {
    pub x: f64,
    pub y: f64,
    /// Its place: 0 for the inputs.
    pub column: usize,
    /// The shade of its value: a class of a matrix's cell.
    pub class: String,
    /// What it passes on, and the step that computes it.
    pub value: String,
    pub value_step: String,
    /// Its error, and the step that computes it; empty for inputs.
    pub error: String,
    pub error_step: String,
    /// The name of an output.
    pub name: String,
    pub is_true: bool,
}

/// A text below a column.
pub(super) struct Label {
    pub x: f64,
    pub text: String,
}

impl Diagram {
    /// Returns `None` without iterations.
    pub fn new(walkthrough: &Walkthrough) -> Result<Option<Self>> {
        let layers = walkthrough.network.len() - 1;
        let inputs = match walkthrough.image_shape {
            Some(_) => 1,
            None => walkthrough.network[0],
        };
        let tallest =
            walkthrough.network[1..].iter().chain([&inputs]).map(|&size| size.min(MAX_NEURONS)).max().unwrap_or(1);
        let height = 2.0 * TOP + DISTANCE * (tallest.max(3) - 1) as f64 + 22.0;
        let drawing = |iteration| Sketch { walkthrough, iteration, layers, height }.draw();
        let drawings = walkthrough.iterations.iter().map(drawing).collect::<Result<Vec<_>>>()?;
        Ok((!drawings.is_empty()).then_some(Self { drawings, width: WIDTH, height }))
    }
}

struct Sketch<'a> {
    walkthrough: &'a Walkthrough,
    iteration: &'a IterationTrace,
    layers: usize,
    height: f64,
}

impl Sketch<'_> {
    fn draw(&self) -> Result<Drawing> {
        let titles = (0..=self.layers).map(|column| Label { x: self.x(column), text: self.title(column) });
        Ok(Drawing {
            iteration: self.iteration.number,
            row: self.iteration.rows.first().cloned().unwrap_or_default(),
            image: self.image()?,
            edges: (0..self.layers).flat_map(|layer| self.edges(layer)).collect(),
            neurons: (0..=self.layers).flat_map(|column| self.neurons(column)).collect(),
            titles: titles.collect(),
        })
    }

    fn title(&self, column: usize) -> String {
        let size = self.walkthrough.network[column];
        match column {
            0 if self.walkthrough.image_shape.is_some() => format!("{size} pixels"),
            0 => format!("{size} inputs"),
            _ if size > MAX_NEURONS => format!("{MAX_NEURONS} of {size}"),
            _ => size.to_string(),
        }
    }

    fn x(&self, column: usize) -> f64 {
        LEFT + (RIGHT - LEFT) * column as f64 / self.layers as f64
    }

    /// Number of neurons drawn in a column.
    fn count(&self, column: usize) -> usize {
        match self.walkthrough.image_shape {
            Some(_) if column == 0 => 1,
            _ => self.walkthrough.network[column].min(MAX_NEURONS),
        }
    }

    fn place(&self, column: usize, index: usize) -> (f64, f64) {
        let middle = (self.height - 22.0) / 2.0;
        let offset = index as f64 - (self.count(column) - 1) as f64 / 2.0;
        (self.x(column), middle + DISTANCE * offset)
    }

    fn image(&self) -> Result<Option<Picture>> {
        let Some(shape) = self.walkthrough.image_shape else { return Ok(None) };
        let Some(batch) = self.iteration.find("activations[0]") else { return Ok(None) };
        let pixels: Vec<f32> = batch.closed_form.row(0).iter().map(|&pixel| pixel as f32).collect();
        if png_image::value_count(shape) != Some(pixels.len()) {
            return Ok(None);
        }
        let uri = png_image::scaled(&pixels, shape, (0.0, 1.0))?;
        let (x, y) = self.place(0, 0);
        Ok(Some(Picture { uri, x: x - IMAGE / 2.0, y: y - IMAGE / 2.0, size: IMAGE }))
    }

    fn edges(&self, layer: usize) -> Vec<Edge> {
        let Some(weights) = self.iteration.find(&format!("weights[{layer}]")) else { return Vec::new() };
        let weights = &weights.closed_form;
        let is_image = layer == 0 && self.walkthrough.image_shape.is_some();
        let largest = weights.iter().fold(f64::MIN_POSITIVE, |largest: f64, weight| largest.max(weight.abs()));
        let mut edges = Vec::new();
        for from in 0..self.count(layer).min(weights.nrows()) {
            for to in 0..self.count(layer + 1).min(weights.ncols()) {
                let (start, end) = (self.place(layer, from), self.place(layer + 1, to));
                let class = match is_image {
                    // All weights of a neuron at once have no sign.
                    true => "all".to_string(),
                    false => shade(weights[[from, to]], largest),
                };
                let start = if is_image { (start.0 + IMAGE / 2.0, start.1) } else { start };
                edges.push(Edge { layer, class, from: start, to: end });
            }
        }
        edges
    }

    fn neurons(&self, column: usize) -> Vec<Neuron> {
        if column == 0 && self.walkthrough.image_shape.is_some() {
            return Vec::new();
        }
        let value_name = format!("activations[{column}]");
        let values = self.iteration.find(&value_name);
        let errors = column.checked_sub(1).and_then(|layer| self.iteration.find(&format!("dZ[{layer}]")));
        let labels = self.iteration.find("y_true");
        let entry = |quantity: Option<&Quantity>, index: usize| {
            quantity.and_then(|quantity| quantity.closed_form.get([0, index]).copied())
        };
        let text = |value: Option<f64>| value.map(short).unwrap_or_default();
        let step = |quantity: Option<&Quantity>| {
            quantity.map(|quantity| format!("{}-{}", self.iteration.number, quantity.name)).unwrap_or_default()
        };
        let largest =
            values.map_or(0.0, |values| values.closed_form.row(0).fold(0.0, |largest: f64, it| largest.max(it.abs())));
        let is_output = column == self.layers;
        let names = &self.walkthrough.output_names;
        (0..self.count(column))
            .map(|index| {
                let (x, y) = self.place(column, index);
                Neuron {
                    x,
                    y,
                    column,
                    class: CellView::new(entry(values, index).unwrap_or_default(), largest).class,
                    value: text(entry(values, index)),
                    value_step: step(values),
                    error: text(entry(errors, index)),
                    error_step: step(errors),
                    name: if is_output {
                        names.get(index).map(|name| cut(name)).unwrap_or_default()
                    } else {
                        String::new()
                    },
                    is_true: is_output && names.len() > 1 && entry(labels, index) == Some(1.0),
                }
            })
            .collect()
    }
}

/// The name up to what fits beside a neuron.
fn cut(name: &str) -> String {
    match name.chars().count() > MAX_NAME_LENGTH {
        true => name.chars().take(MAX_NAME_LENGTH - 1).chain(['…']).collect(),
        false => name.to_string(),
    }
}

/// At most five characters, for a neuron.
fn short(value: f64) -> String {
    let text = if value == 0.0 {
        "0".to_string()
    } else if value.abs() < 9.995 {
        format!("{value:.2}")
    } else {
        shown(value)
    };
    text.replace('-', "\u{2212}")
}

fn shade(weight: f64, largest: f64) -> String {
    let shade = (SHADES * weight.abs() / largest).ceil().clamp(1.0, SHADES);
    format!("{}{shade}", if weight < 0.0 { "n" } else { "p" })
}
