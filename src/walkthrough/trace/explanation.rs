//! One entry written out with the numbers it comes from.

use ndarray::Array2;

use super::{IterationTrace, Operation, Quantity};
use crate::config::Activation;
use crate::format::number;

/// Writes out how the entry at `place` is computed, with at most `limit` terms of a sum.
pub(super) fn explain(trace: &IterationTrace, quantity: &Quantity, place: [usize; 2], limit: usize) -> String {
    let entry = Entry { trace, place, limit };
    let result = number(quantity.closed_form[place]);
    match entry.written(&quantity.operation) {
        Some(text) => format!("{text} = {result}"),
        None => result,
    }
}

/// The entry to write out.
struct Entry<'a> {
    trace: &'a IterationTrace,
    /// Row and column.
    place: [usize; 2],
    limit: usize,
}

impl Entry<'_> {
    fn of(&self, name: &str) -> Option<&Array2<f64>> {
        self.trace.find(name).map(|quantity| &quantity.closed_form)
    }

    /// The entry of a quantity at the same place.
    fn here(&self, name: &str) -> Option<f64> {
        self.of(name)?.get(self.place).copied()
    }

    /// Returns the right side of the equation; `None` for what is given.
    fn written(&self, operation: &Operation) -> Option<String> {
        let [row, column] = self.place;
        Some(match operation {
            Operation::Given => return None,
            Operation::Copy { z } => number(self.here(z)?),
            Operation::Linear { input, weight, bias } => {
                let (input, weight) = (self.of(input)?.row(row), self.of(weight)?.column(column));
                let products = self.products(input.iter().copied().zip(weight.iter().copied()));
                format!("{products} + {}", signed(self.of(bias)?[[0, column]]))
            }
            Operation::Normalize { z, scale, shift, epsilon } => {
                let z = self.of(z)?.column(column);
                let mean = z.mean()?;
                let variance = z.mapv(|value| (value - mean).powi(2)).mean()?;
                format!(
                    "{} · ({} - {}) / √({} + {}) + {}",
                    number(self.of(scale)?[[0, column]]),
                    number(z[row]),
                    signed(mean),
                    number(variance),
                    number(*epsilon),
                    signed(self.of(shift)?[[0, column]])
                )
            }
            Operation::Activate { z, activation, mask } => {
                let value = activated(*activation, self.here(z)?);
                match mask {
                    Some(mask) => format!("{value} · {}", kept(self.here(mask)?)),
                    None => value,
                }
            }
            Operation::Softmax { z } => self.softmax(self.of(z)?),
            Operation::CrossEntropy { probabilities, labels } => {
                let (probabilities, labels) = (self.of(probabilities)?, self.of(labels)?);
                let true_ones = probabilities.iter().zip(labels).filter(|(_, label)| **label > 0.0);
                let logs: Vec<String> = true_ones.map(|(p, _)| format!("ln {}", number(*p))).collect();
                format!("-({}) / {}", self.joined(&logs), labels.nrows())
            }
            Operation::NumberLoss { predicted, truth, loss } => {
                let (predicted, truth) = (self.of(predicted)?, self.of(truth)?);
                let losses = truth.iter().zip(predicted).map(|(y, a)| number(loss.of_error(y - a)));
                format!("({}) / {}", self.joined(&losses.collect::<Vec<_>>()), truth.len())
            }
            Operation::OutputError { outputs, labels, loss: None } => {
                format!("{} - {}", number(self.here(outputs)?), number(self.here(labels)?))
            }
            Operation::OutputError { outputs, labels, loss: Some(loss) } => {
                let (predicted, truth) = (self.here(outputs)?, self.here(labels)?);
                let targets = self.of(labels)?.ncols();
                let slope = format!("slope of {} at {} - {}", loss.kind, number(truth), signed(predicted));
                if targets > 1 { format!("({slope}) / {targets}") } else { slope }
            }
            Operation::WeightGradient { input, dz } => {
                let (input, dz) = (self.of(input)?.column(row), self.of(dz)?.column(column));
                let products = self.products(input.iter().copied().zip(dz.iter().copied()));
                format!("1/{} · ({products})", dz.len())
            }
            Operation::BiasGradient { dz } => {
                let dz = self.of(dz)?.column(column);
                let terms: Vec<String> = dz.iter().map(|&entry| signed(entry)).collect();
                format!("1/{} · ({})", dz.len(), self.joined(&terms))
            }
            Operation::OtherGradient { dz } => format!("chain rule from {dz}"),
            Operation::ActivationError { dz, weight } => {
                let (dz, weight) = (self.of(dz)?.row(row), self.of(weight)?.row(column));
                self.products(dz.iter().copied().zip(weight.iter().copied()))
            }
            Operation::HiddenError { da, z, activation, mask, normalized } => {
                let z = self.here(z)?;
                let mask = mask.as_deref().and_then(|mask| self.here(mask));
                let mask = mask.map(|factor| format!(" · {}", kept(factor))).unwrap_or_default();
                let slope = crate::gradcheck::slope(*activation, z);
                let product = format!("{}{mask} · {}", number(self.here(da)?), signed(slope));
                match normalized {
                    true => format!("batch normalisation's chain rule over the column from {product}"),
                    false => format!("{}{mask} · {activation}'({}) = {product}", number(self.here(da)?), number(z)),
                }
            }
            Operation::Velocity { before, gradient, weight, momentum, rate, l2 } => {
                let (before, gradient) = (signed(self.here(before)?), signed(self.here(gradient)?));
                let gradient = match l2 {
                    0.0 => gradient,
                    _ => format!("({gradient} + {} · {})", number(*l2), signed(self.here(weight)?)),
                };
                format!("{} · {before} - {} · {gradient}", number(*momentum), number(*rate))
            }
            Operation::Update { weight, velocity } => {
                format!("{} + {}", number(self.here(weight)?), signed(self.here(velocity)?))
            }
        })
    }

    /// "exp(z - max) / sum": the largest logit is subtracted first.
    fn softmax(&self, z: &Array2<f64>) -> String {
        let [row, column] = self.place;
        let z = z.row(row);
        let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let exponentials: Vec<String> = z.iter().map(|value| number((value - largest).exp())).collect();
        format!(
            "exp({} - {}) / Σ exp(z - max) = {} / ({})",
            number(z[column]),
            signed(largest),
            exponentials[column],
            self.joined(&exponentials)
        )
    }

    /// "0.5·0.2 + 0.25·(-0.1)": terms whose first factor is 0 are left out.
    fn products(&self, factors: impl Iterator<Item = (f64, f64)>) -> String {
        let factors: Vec<(f64, f64)> = factors.collect();
        let terms: Vec<String> = factors
            .iter()
            .filter(|(first, _)| *first != 0.0)
            .map(|(first, second)| format!("{}·{}", signed(*first), signed(*second)))
            .collect();
        if terms.is_empty() { "0".to_string() } else { self.joined(&terms) }
    }

    fn joined(&self, terms: &[String]) -> String {
        match terms.len() > self.limit.max(2) {
            false => terms.join(" + "),
            true => {
                let shown = self.limit.max(2) - 1;
                let left_out = terms.len() - shown - 1;
                format!("{} + … {left_out} more … + {}", terms[..shown].join(" + "), terms[terms.len() - 1])
            }
        }
    }
}

/// In parentheses if negative.
fn signed(value: f64) -> String {
    if value < 0.0 { format!("({})", number(value)) } else { number(value) }
}

fn kept(factor: f64) -> String {
    if factor == 0.0 { "0 (dropped)".to_string() } else { format!("{} (kept)", number(factor)) }
}

fn activated(activation: Activation, z: f64) -> String {
    match activation {
        Activation::Relu => format!("max(0, {})", number(z)),
        _ => format!("{activation}({})", number(z)),
    }
}
