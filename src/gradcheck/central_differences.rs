//! Gradients from the loss alone, without calculus.

use super::activation::has_kink;
use super::network::{Masks, Network, Rows};
use super::parameters::{EMBEDDING, failed};
use crate::error::Result;

/// The step h if the activation has a kink, which the step must not cross.
pub(super) const STEP_BESIDE_KINKS: f64 = 1e-6;

/// The step h otherwise. The error of the difference grows with h^2 while the effect of rounding
/// falls with h, so a larger step still resolves the vanishing gradients of deep networks.
const SMOOTH_STEP: f64 = 3e-5;

/// One number among a network's parameters.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub layer: usize,
    /// The tensor's name within the layer.
    pub tensor: &'static str,
    /// Counted row by row.
    pub index: usize,
}

impl Network {
    /// Computes `(loss(w + h) - loss(w - h)) / 2h` for one entry `w`, including the L2 term.
    pub fn central_difference(&self, rows: &Rows, masks: &Masks, entry: Entry) -> Result<f64> {
        let step = if has_kink(self.activation) { STEP_BESIDE_KINKS } else { SMOOTH_STEP };
        let [above, below] = [self.moved(entry, step)?, self.moved(entry, -step)?];
        let cross_entropy = above.forward(rows, masks).loss - below.forward(rows, masks).loss;
        Ok((cross_entropy + above.l2_term(entry)? - below.l2_term(entry)?) / (2.0 * step))
    }

    fn moved(&self, entry: Entry, step: f64) -> Result<Self> {
        let mut moved = self.clone();
        *moved.number(entry)? += step;
        Ok(moved)
    }

    /// Returns the entry's own part of slide 14's `0.5 * lambda * sum W^2`. The rest cancels in a
    /// difference, and a large sum would cost the cross-entropy precision.
    fn l2_term(&self, entry: Entry) -> Result<f64> {
        let number = *self.clone().number(entry)?;
        let lambda = match entry.tensor {
            "weight" => self.l2,
            EMBEDDING => self.embedding_l2,
            _ => 0.0,
        };
        Ok(0.5 * lambda * number * number)
    }

    fn number(&mut self, entry: Entry) -> Result<&mut f64> {
        let parameters = self.layers.get_mut(entry.layer);
        let number = parameters.and_then(|parameters| parameters.entry_mut(entry.tensor, entry.index));
        number.ok_or_else(|| failed("an entry is missing"))
    }
}
