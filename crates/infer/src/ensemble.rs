//! Several networks as one model: the mean of what they predict.

use std::borrow::Cow;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::table::{Encoding, TableSchema};
use crate::{Architecture, Codes, Inputs, ModelMetadata, NumericTarget, Result, RunIdentity, Task};

/// How far the shares of all members together may be from 1.
const TOLERANCE: f64 = 1e-6;

/// A network of an ensemble.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Name of the run that trained it.
    pub name: String,
    /// Its share of the mean; the shares of all members sum to 1.
    pub share: f64,
    /// The network's shape.
    pub model: Architecture,
    /// The index of the table's encoding that it takes, among
    /// [`TableSchema::encodings`](crate::table::TableSchema::encodings).
    #[serde(default)]
    pub encoding: usize,
    /// The numbers that it predicts, with the statistics of its training rows; none in classification.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<NumericTarget>,
    /// The epoch whose weights these are.
    pub epoch: usize,
    /// The run that trained it.
    pub trained_by: RunIdentity,
}

/// One of a model's networks: what it takes, and how its outputs count.
#[derive(Debug, Clone, PartialEq)]
pub struct NetworkDescription<'m> {
    /// What the names of its tensors begin with; empty if it is the model's only network.
    pub prefix: String,
    /// Its shape.
    pub model: &'m Architecture,
    /// What it takes.
    pub inputs: Inputs,
    /// Its features among those of a row.
    pub features: Range<usize>,
    /// Its share of the mean.
    pub share: f64,
    /// The numbers that it predicts; none in classification.
    pub targets: &'m [NumericTarget],
}

impl NetworkDescription<'_> {
    /// Takes the network's features `[n, features]` out of `rows`, which have `width` features each.
    pub fn features_of<'r>(&self, rows: &'r [f32], width: usize) -> Cow<'r, [f32]> {
        match self.features == (0..width) {
            true => Cow::Borrowed(rows),
            false => rows.chunks_exact(width).flat_map(|row| &row[self.features.clone()]).copied().collect(),
        }
    }
}

impl ModelMetadata {
    /// The model's networks: one, or an ensemble's members.
    pub fn networks<'m>(&'m self) -> Vec<NetworkDescription<'m>> {
        if self.members.is_empty() {
            return vec![NetworkDescription {
                prefix: String::new(),
                model: &self.model,
                inputs: self.inputs(),
                features: 0..self.features,
                share: 1.0,
                targets: self.targets(),
            }];
        }
        let encodings = self.table.as_ref().map_or(Vec::new(), TableSchema::encodings);
        let network = |(index, member): (usize, &'m Member)| {
            let encoding = encodings.get(member.encoding);
            let start = encoding.map_or(0, |encoding| encoding.start);
            let count = encoding.map_or(self.features, Encoding::features);
            NetworkDescription {
                prefix: member_prefix(index),
                model: &member.model,
                inputs: Inputs { features: count, codes: encoding.map_or(Codes::default(), Encoding::codes) },
                features: start..start.saturating_add(count),
                share: member.share,
                targets: &member.targets,
            }
        };
        self.members.iter().enumerate().map(network).collect()
    }

    /// Describes each of the [`networks`](Self::networks) as a model of its own.
    pub fn single_models(&self) -> Vec<Self> {
        if self.members.is_empty() {
            return vec![self.clone()];
        }
        let single = |(member, network): (&Member, NetworkDescription)| Self {
            model: member.model.clone(),
            members: Vec::new(),
            features: network.inputs.features,
            task: match &self.task {
                Task::Regression { .. } => Task::Regression { targets: member.targets.clone() },
                classification => classification.clone(),
            },
            threshold: None,
            table: self.table.as_ref().map(|table| table.with_encoding(member.encoding)),
            epoch: member.epoch,
            trained_by: member.trained_by.clone(),
            ..self.clone()
        };
        self.members.iter().zip(self.networks()).map(single).collect()
    }

    /// Number of all networks' weights and biases.
    pub fn parameters(&self) -> usize {
        let networks = self.networks().into_iter();
        networks.map(|network| network.model.parameter_count(network.inputs, self.outputs())).sum()
    }

    /// Refuses rows `[n, features]` with a code that none of its column's categories has.
    ///
    /// # Errors
    /// [`Error::Data`](crate::Error::Data) with the row.
    pub fn check_codes(&self, rows: &[f32]) -> Result<()> {
        let mut networks = self.networks();
        networks.dedup_by(|next, before| next.features == before.features);
        networks.iter().try_for_each(|network| network.inputs.check_codes(&network.features_of(rows, self.features)))
    }

    /// Combines what each of the [`networks`](Self::networks) computes, `[n, outputs]`. Of a single network the outputs
    /// stay as they are. Of an ensemble they become the logarithms of the mean class probabilities, or the mean numbers,
    /// standardised by the model's targets; NaN where a network overflows.
    pub fn combine(&self, mut outputs: Vec<Vec<f32>>) -> Vec<f32> {
        if self.members.is_empty() {
            return outputs.pop().unwrap_or_default();
        }
        let networks = self.networks();
        let count = self.outputs().max(1);
        let rows = outputs.iter().map(Vec::len).min().unwrap_or(0) / count;
        let mut combined = Vec::with_capacity(rows * count);
        for row in 0..rows {
            let of_row = networks
                .iter()
                .zip(&outputs)
                .map(|(network, outputs)| (network, &outputs[row * count..(row + 1) * count]));
            match &self.task {
                Task::Classification { .. } => combined.extend(log_of_mean(of_row, count)),
                Task::Regression { targets } => combined.extend(mean_number(of_row, targets)),
            }
        }
        combined
    }

    /// Combines what the members that share a network's weights compute, `[n, outputs]` each. Those of a single one stay as
    /// they are. Otherwise they become the logarithms of the mean class probabilities, or the mean standardised numbers;
    /// NaN where a member overflows.
    pub(crate) fn mean_of_members(&self, mut outputs: Vec<Vec<f32>>) -> Vec<f32> {
        if outputs.len() == 1 {
            return outputs.pop().unwrap_or_default();
        }
        let (count, share) = (self.outputs().max(1), 1.0 / outputs.len() as f64);
        let values = outputs.first().map_or(0, Vec::len);
        match &self.task {
            Task::Classification { .. } => {
                let row = |start: usize| {
                    let of_row = outputs.iter().map(|outputs| log_terms(&outputs[start..start + count], share));
                    log_of_sum(of_row.collect(), count)
                };
                (0..values).step_by(count).flat_map(row).collect()
            }
            Task::Regression { .. } => {
                let mean = |at: usize| outputs.iter().map(|outputs| share * f64::from(outputs[at])).sum::<f64>() as f32;
                (0..values).map(mean).collect()
            }
        }
    }

    /// Refuses members that do not fit the model.
    pub(crate) fn check_members(&self) -> std::result::Result<(), String> {
        if self.members.is_empty() {
            return Ok(());
        }
        let encodings = self.table.as_ref().map_or(1, |table| table.encodings().len());
        let names = |targets: &[NumericTarget]| targets.iter().map(|target| target.name.clone()).collect::<Vec<_>>();
        for member in &self.members {
            if member.encoding >= encodings || names(&member.targets) != names(self.targets()) {
                return Err(format!("its member {:?} does not fit the others", member.name));
            }
            if !self.targets().is_empty() {
                Task::Regression { targets: member.targets.clone() }.check()?;
            }
        }
        let total: f64 = self.members.iter().map(|member| member.share).sum();
        match self.members.iter().all(|member| member.share > 0.0) && (total - 1.0).abs() < TOLERANCE {
            true => Ok(()),
            false => Err("the shares of its members do not sum to 1".to_string()),
        }
    }
}

/// What the names of a member's tensors begin with.
pub fn member_prefix(index: usize) -> String {
    format!("members.{index}.")
}

/// Computes `ln sum_m s_m softmax(logits_m)` of a row, without overflow. A network with a logit that is not finite makes
/// all results NaN.
fn log_of_mean<'a>(outputs: impl Iterator<Item = (&'a NetworkDescription<'a>, &'a [f32])>, classes: usize) -> Vec<f32> {
    // ln(s_m) + ln softmax(logits_m)
    log_of_sum(outputs.map(|(network, logits)| log_terms(logits, network.share)).collect(), classes)
}

/// Computes the logarithm of each class's sum of the exponentials of `terms`.
fn log_of_sum(terms: Vec<Vec<f64>>, classes: usize) -> Vec<f32> {
    let of_class = |class: usize| {
        let terms = terms.iter().map(|terms| terms[class]);
        let largest = terms.clone().fold(f64::NEG_INFINITY, f64::max);
        (largest + terms.map(|term| (term - largest).exp()).sum::<f64>().ln()) as f32
    };
    (0..classes).map(of_class).collect()
}

fn log_terms(logits: &[f32], share: f64) -> Vec<f64> {
    if logits.iter().any(|logit| !logit.is_finite()) {
        return vec![f64::NAN; logits.len()];
    }
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let shifted = || logits.iter().map(|&logit| f64::from(logit) - f64::from(largest));
    let offset = share.ln() - shifted().map(f64::exp).sum::<f64>().ln();
    shifted().map(|logit| logit + offset).collect()
}

/// Computes the mean of the networks' numbers, each in its own unit, as the outputs that mean them by `targets`.
fn mean_number<'a>(
    outputs: impl Iterator<Item = (&'a NetworkDescription<'a>, &'a [f32])> + Clone,
    targets: &[NumericTarget],
) -> Vec<f32> {
    let mean = |(index, target): (usize, &NumericTarget)| {
        let values = outputs.clone().map(|(network, outputs)| {
            let output = outputs[index];
            let value = network.targets.get(index).map_or(f64::NAN, |own| own.value(output));
            // Clipping would hide an overflow.
            network.share * if output.is_finite() { value } else { f64::NAN }
        });
        target.standardized(values.sum())
    };
    targets.iter().enumerate().map(mean).collect()
}

#[cfg(test)]
#[path = "ensemble_tests.rs"]
mod tests;
