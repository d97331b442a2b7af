//! Gradients from the loss alone, without any calculus.

use super::network::{Masks, Network, Rows};
use super::parameters::failed;
use crate::error::Result;

/// The step h where the activation has a kink, which it should not cross.
pub(super) const STEP_BESIDE_KINKS: f64 = 1e-6;

/// The step h elsewhere. The difference's error grows with its square, the share of the loss's rounding falls with it: a
/// larger step still resolves the gradients that vanish in deep networks.
const SMOOTH_STEP: f64 = 3e-5;

/// One number of a network.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub layer: usize,
    /// The tensor's name within the layer.
    pub tensor: &'static str,
    /// Counted row by row.
    pub index: usize,
}

impl Network {
    /// `(loss(w + h) - loss(w - h)) / 2h` for one entry `w`.
    pub fn central_difference(&self, rows: &Rows, masks: &Masks, entry: Entry) -> Result<f64> {
        let step = if self.activation.has_kink() { STEP_BESIDE_KINKS } else { SMOOTH_STEP };
        let loss_at = |step: f64| -> Result<f64> {
            let mut moved = self.clone();
            let parameters = moved.layers.get_mut(entry.layer);
            let number = parameters.and_then(|parameters| parameters.entry_mut(entry.tensor, entry.index));
            *number.ok_or_else(|| failed("an entry is not there"))? += step;
            Ok(moved.forward(rows, masks).loss)
        };
        Ok((loss_at(step)? - loss_at(-step)?) / (2.0 * step))
    }
}
