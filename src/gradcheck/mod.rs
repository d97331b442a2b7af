//! Are the gradients right? Burn's against the walkthrough's closed form (slides 4 and 5) in `f64`, and that against
//! central differences of the loss, which need no calculus.

mod activation;
mod backpropagation;
mod batch_gradients;
mod burn_network;
mod central_differences;
mod comparison;
mod masks;
mod network;
mod parameters;
mod rows;

use burn::tensor::Device;

use crate::backend::one_generator_user;
use crate::config::RunConfig;
use crate::data::Data;
use crate::error::{Error, Result};
pub use batch_gradients::{TensorGradient, batch_gradients};
use burn_network::{burn_gradients, network_to_check};
use comparison::Comparison;
use network::Network;
use parameters::Parameters;

/// A gradient is right if its worst entry is off by no more than this, relative to the tensor's largest entry.
pub const TOLERANCE: f64 = 1e-4;

/// Batch normalisation turns two rows into -1 and 1 whatever they are: fewer rows than this leave hardly a gradient.
const LEAST_ROWS_TO_NORMALIZE: usize = 8;

/// The gradients of a network, tensor by tensor.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct GradientCheck {
    /// Rows of the batch.
    pub rows: usize,
    /// First layer to last.
    pub tensors: Vec<TensorCheck>,
}

/// The gradient by one tensor. Errors are the worst entry's, relative to the largest entry of the closed form; for a bias
/// before batch normalisation, whose gradient is zero, to the largest of its layer's weights.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct TensorCheck {
    /// The tensor's name in `model.safetensors`.
    pub name: String,
    /// Numbers in it.
    pub entries: usize,
    /// The largest magnitude in the closed form.
    pub largest: f64,
    /// Of the closed form against central differences.
    pub closed_form_error: f64,
    /// Of Burn's gradient against the closed form.
    pub burn_error: f64,
}

impl GradientCheck {
    /// The worst error of the closed form against central differences.
    pub fn worst_closed_form_error(&self) -> f64 {
        worst(self.tensors.iter().map(|tensor| tensor.closed_form_error))
    }

    /// The worst error of Burn's gradients against the closed form.
    pub fn worst_burn_error(&self) -> f64 {
        worst(self.tensors.iter().map(|tensor| tensor.burn_error))
    }

    /// Whether every gradient is right to [`TOLERANCE`].
    pub fn passes(&self) -> bool {
        self.worst_closed_form_error() <= TOLERANCE && self.worst_burn_error() <= TOLERANCE
    }
}

/// The largest error; not a number, which is worse than any, if there is one among them.
fn worst(errors: impl Iterator<Item = f64>) -> f64 {
    errors.fold(0.0, |worst, error| if error > worst || error.is_nan() { error } else { worst })
}

/// Checks the gradients of the training loss, L2 term included, of a network as `config` has it, in training mode on
/// `device`, for a batch of `rows` training rows of `data`. Dropout uses the masks that the device draws. The weights are
/// those of `training.init_from`, if it names a file, else new ones.
///
/// # Errors
/// If `rows` is less than 2 (with batch normalisation 8) or more than there are, that file does not fit, too many rows lie
/// at a kink of the activation, or the device fails.
pub fn check_gradients(config: &RunConfig, data: &Data, rows: usize, device: &Device) -> Result<GradientCheck> {
    let available = data.train.len();
    let least = if config.model.batch_norm { LEAST_ROWS_TO_NORMALIZE } else { 2 };
    if !(least..=available).contains(&rows) {
        return Err(Error::config("--rows", format!("{rows} is not from {least} to {available}, the training rows")));
    }
    let _only = one_generator_user();
    let device = device.clone().inner();
    let mlp = network_to_check(config, data, &device)?;
    let network = Network {
        layers: Parameters::of(&mlp)?,
        activation: config.model.activation,
        epsilon: mlp.blocks.iter().find_map(|block| block.norm.as_ref()).map_or(0.0, |norm| norm.epsilon),
        l2: config.optimizer.l2,
    };
    let masks = masks::draw(&mlp, rows, &device)?;
    let (chosen, rows) = rows::choose(&network, &masks, &data.train, data.classes(), rows, config.seed)?;
    let closed_form = network.backpropagate(&rows, &masks, &network.forward(&rows, &masks));
    let burn = burn_gradients(&mlp, config.optimizer.l2, &data.train.select(&chosen), &device)?;
    let comparison = Comparison { network, rows, masks, seed: config.seed };
    Ok(GradientCheck { rows: chosen.len(), tensors: comparison.tensors(&closed_form, &burn)? })
}

#[cfg(test)]
mod tests;
