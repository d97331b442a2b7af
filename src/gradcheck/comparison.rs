//! Compares gradients from three sources.

use ndarray::ArrayViewD;

use super::TensorCheck;
use super::central_differences::Entry;
use super::network::{Masks, Network, Rows};
use super::parameters::{EMBEDDING, Parameters};
use crate::data::random::{Purpose, permutation, stream};
use crate::error::Result;

/// Entries of a tensor, drawn at random, whose central difference is taken. Each costs two forward
/// passes.
const SAMPLED_ENTRIES: usize = 128;

/// The network and batch that the gradients belong to.
pub(super) struct Comparison {
    pub network: Network,
    pub rows: Rows,
    pub masks: Masks,
    pub seed: u64,
}

impl Comparison {
    /// Compares every tensor of every layer.
    pub fn tensors(&self, closed_form: &[Parameters], burn: &[Parameters]) -> Result<Vec<TensorCheck>> {
        let mut checks = Vec::new();
        for (layer, (closed_form, burn)) in closed_form.iter().zip(burn).enumerate() {
            for ((tensor, closed_form_entries), (_, burn_entries)) in closed_form.tensors().zip(burn.tensors()) {
                let scale = self.scale(layer, tensor, closed_form);
                let closed_form: Vec<f64> = closed_form_entries.iter().copied().collect();
                checks.push(TensorCheck {
                    name: tensor_name(self.network.layers.len(), layer, tensor),
                    entries: closed_form.len(),
                    largest: largest(closed_form_entries),
                    closed_form_error: self.against_differences(layer, tensor, &closed_form)? / scale,
                    burn_error: worst_difference(closed_form.iter().zip(burn_entries.iter())) / scale,
                });
            }
        }
        Ok(checks)
    }

    /// Returns the magnitude that errors are relative to. The gradient of a bias before batch
    /// normalisation is zero up to rounding, so its layer's weight is used.
    fn scale(&self, layer: usize, tensor: &str, closed_form: &Parameters) -> f64 {
        let Parameters { norm, factors, .. } = &self.network.layers[layer];
        let vanishes = tensor == "bias" && norm.is_some() && factors.is_none();
        let measured = if vanishes { "weight" } else { tensor };
        let found = closed_form.tensors().find(|(name, _)| *name == measured);
        found.map_or(0.0, |(_, entries)| largest(entries)).max(f64::MIN_POSITIVE)
    }

    /// Returns the worst difference from central differences, over a sample of entries.
    fn against_differences(&self, layer: usize, tensor: &'static str, closed_form: &[f64]) -> Result<f64> {
        let mut rng = stream(self.seed, Purpose::GradientCheck, 2);
        let sample = permutation(closed_form.len(), &mut rng).into_iter().take(SAMPLED_ENTRIES);
        let difference =
            |index| self.network.central_difference(&self.rows, &self.masks, Entry { layer, tensor, index });
        let pairs: Vec<(f64, f64)> =
            sample.map(|index| Ok((closed_form[index], difference(index)?))).collect::<Result<_>>()?;
        Ok(worst_difference(pairs.iter().map(|(closed_form, difference)| (closed_form, difference))))
    }
}

/// Returns the name in `model.safetensors` of a `tensor` in layer number `layer` of `layers`.
pub(super) fn tensor_name(layers: usize, layer: usize, tensor: &str) -> String {
    if tensor == EMBEDDING {
        tensor.to_string()
    } else if layer + 1 == layers {
        let join = if tensor.starts_with("factors") { "_" } else { "." };
        format!("output{join}{tensor}")
    } else if tensor.starts_with("norm") || tensor.starts_with("factors") {
        format!("blocks.{layer}.{tensor}")
    } else {
        format!("blocks.{layer}.linear.{tensor}")
    }
}

fn largest(entries: ArrayViewD<f64>) -> f64 {
    entries.iter().fold(0.0, |largest, entry| largest.max(entry.abs()))
}

/// Returns the largest difference; NaN if there is one.
fn worst_difference<'a>(pairs: impl Iterator<Item = (&'a f64, &'a f64)>) -> f64 {
    super::worst(pairs.map(|(a, b)| (a - b).abs()))
}
