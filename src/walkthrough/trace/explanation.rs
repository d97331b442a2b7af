//! One entry written out with the numbers it comes from.

use ndarray::{Array2, ArrayView1};

use super::{IterationTrace, Operation, Quantity};
use crate::config::{Activation, NumberLoss};
use crate::format::number;
use crate::gradcheck::slope;

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
        match operation {
            Operation::Given => None,
            Operation::Copy { z } => Some(number(self.here(z)?)),
            Operation::Linear { input, weight, bias } => self.linear(input, weight, bias),
            Operation::Normalize { z, scale, shift, epsilon } => self.normalize(z, scale, shift, *epsilon),
            Operation::Activate { z, activation, mask } => {
                let value = activated(*activation, self.here(z)?);
                Some(format!("{value}{}", self.masked(mask.as_deref())))
            }
            Operation::Softmax { z } => self.softmax(z),
            Operation::CrossEntropy { probabilities, labels } => self.cross_entropy(probabilities, labels),
            Operation::NumberLoss { predicted, truth, loss } => self.number_loss(predicted, truth, *loss),
            Operation::OutputError { outputs, labels, loss } => self.output_error(outputs, labels, *loss),
            Operation::WeightGradient { input, dz } => self.weight_gradient(input, dz),
            Operation::BiasGradient { dz } => self.bias_gradient(dz),
            Operation::OtherGradient { dz } => Some(format!("chain rule from {dz}")),
            Operation::ActivationError { dz, weight } => {
                let [row, column] = self.place;
                Some(self.products(self.of(dz)?.row(row), self.of(weight)?.row(column)))
            }
            Operation::HiddenError { da, z, activation, mask, normalized } => {
                self.hidden_error(da, z, (*activation, *normalized), mask.as_deref())
            }
            Operation::Velocity { before, gradient, weight, momentum, rate, l2 } => {
                self.velocity([before, gradient, weight], [*momentum, *rate, *l2])
            }
            Operation::Update { weight, velocity } => {
                Some(format!("{} + {}", number(self.here(weight)?), signed(self.here(velocity)?)))
            }
        }
    }

    fn linear(&self, input: &str, weight: &str, bias: &str) -> Option<String> {
        let [row, column] = self.place;
        let products = self.products(self.of(input)?.row(row), self.of(weight)?.column(column));
        Some(format!("{products} + {}", signed(self.of(bias)?[[0, column]])))
    }

    fn normalize(&self, z: &str, scale: &str, shift: &str, epsilon: f64) -> Option<String> {
        let [row, column] = self.place;
        let z = self.of(z)?.column(column);
        let mean = z.mean()?;
        let variance = z.mapv(|value| (value - mean).powi(2)).mean()?;
        Some(format!(
            "{} · ({} - {}) / √({} + {}) + {}",
            number(self.of(scale)?[[0, column]]),
            number(z[row]),
            signed(mean),
            number(variance),
            number(epsilon),
            signed(self.of(shift)?[[0, column]])
        ))
    }

    fn cross_entropy(&self, probabilities: &str, labels: &str) -> Option<String> {
        let (probabilities, labels) = (self.of(probabilities)?, self.of(labels)?);
        let true_ones = probabilities.iter().zip(labels).filter(|(_, label)| **label > 0.0);
        let logs: Vec<String> = true_ones.map(|(p, _)| format!("ln {}", number(*p))).collect();
        Some(format!("-({}) / {}", self.joined(&logs), labels.nrows()))
    }

    fn number_loss(&self, predicted: &str, truth: &str, loss: NumberLoss) -> Option<String> {
        let (predicted, truth) = (self.of(predicted)?, self.of(truth)?);
        let losses = truth.iter().zip(predicted).map(|(y, a)| number(loss.of_error(y - a)));
        Some(format!("({}) / {}", self.joined(&losses.collect::<Vec<_>>()), truth.len()))
    }

    fn output_error(&self, outputs: &str, labels: &str, loss: Option<NumberLoss>) -> Option<String> {
        let (predicted, truth) = (self.here(outputs)?, self.here(labels)?);
        let Some(loss) = loss else { return Some(format!("{} - {}", number(predicted), number(truth))) };
        let targets = self.of(labels)?.ncols();
        let slope = format!("slope of {} at {} - {}", loss.kind, number(truth), signed(predicted));
        Some(if targets > 1 { format!("({slope}) / {targets}") } else { slope })
    }

    fn weight_gradient(&self, input: &str, dz: &str) -> Option<String> {
        let [row, column] = self.place;
        let dz = self.of(dz)?.column(column);
        Some(format!("1/{} · ({})", dz.len(), self.products(self.of(input)?.column(row), dz)))
    }

    fn bias_gradient(&self, dz: &str) -> Option<String> {
        let dz = self.of(dz)?.column(self.place[1]);
        let terms: Vec<String> = dz.iter().map(|&entry| signed(entry)).collect();
        Some(format!("1/{} · ({})", dz.len(), self.joined(&terms)))
    }

    fn hidden_error(
        &self,
        da: &str,
        z: &str,
        (activation, normalized): (Activation, bool),
        mask: Option<&str>,
    ) -> Option<String> {
        let (da, z, mask) = (number(self.here(da)?), self.here(z)?, self.masked(mask));
        let product = format!("{da}{mask} · {}", signed(slope(activation, z)));
        Some(match normalized {
            true => format!("batch normalisation's chain rule over the column from {product}"),
            false => format!("{da}{mask} · {activation}'({}) = {product}", number(z)),
        })
    }

    /// `names` are those of the velocity before, the gradient and the weight.
    fn velocity(&self, names: [&String; 3], [momentum, rate, l2]: [f64; 3]) -> Option<String> {
        let [before, gradient, weight] = names.map(|name| self.here(name));
        let gradient = match l2 {
            0.0 => signed(gradient?),
            _ => format!("({} + {} · {})", signed(gradient?), number(l2), signed(weight?)),
        };
        Some(format!("{} · {} - {} · {gradient}", number(momentum), signed(before?), number(rate)))
    }

    /// Dropout's factor, if there is dropout.
    fn masked(&self, mask: Option<&str>) -> String {
        match mask.and_then(|mask| self.here(mask)) {
            Some(0.0) => " · 0 (dropped)".to_string(),
            Some(factor) => format!(" · {} (kept)", number(factor)),
            None => String::new(),
        }
    }

    /// "exp(z - max) / sum": the largest logit is subtracted first.
    fn softmax(&self, z: &str) -> Option<String> {
        let [row, column] = self.place;
        let z = self.of(z)?.row(row);
        let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let exponentials: Vec<String> = z.iter().map(|value| number((value - largest).exp())).collect();
        Some(format!(
            "exp({} - {}) / Σ exp(z - max) = {} / ({})",
            number(z[column]),
            signed(largest),
            exponentials[column],
            self.joined(&exponentials)
        ))
    }

    /// "0.5·0.2 + 0.25·(-0.1)": terms whose first factor is 0 are left out.
    fn products(&self, first: ArrayView1<f64>, second: ArrayView1<f64>) -> String {
        let pairs = first.into_iter().zip(second).filter(|(first, _)| **first != 0.0);
        let terms: Vec<String> =
            pairs.map(|(first, second)| format!("{}·{}", signed(*first), signed(*second))).collect();
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

fn activated(activation: Activation, z: f64) -> String {
    match activation {
        Activation::Relu => format!("max(0, {})", number(z)),
        _ => format!("{activation}({})", number(z)),
    }
}
