//! Checks gradients: Burn's against the walkthrough's closed form (slides 4 and 5) in `f64`, and
//! the closed form against central differences of the loss, which need no calculus.

mod activation;
mod backpropagation;
mod batch_gradients;
mod burn_network;
mod central_differences;
mod comparison;
mod embedding;
mod factors;
mod iteration;
mod masks;
mod network;
mod parameters;
mod rows;

use burn::tensor::Device;

use crate::backend::one_generator_user;
use crate::config::RunConfig;
use crate::data::Dataset;
use crate::error::{Error, Result};
use crate::model::L2;
pub(crate) use activation::derivative as slope;
pub use batch_gradients::{TensorGradient, batch_gradients};
use burn_network::{burn_gradients, network_to_check};
use comparison::Comparison;
pub use iteration::{Iteration, LayerPass, ParameterUpdate, Twice, iterations};
use network::Network;
use parameters::Parameters;

/// Maximum error of a correct gradient's worst entry, relative to the largest entry of the tensor.
pub const TOLERANCE: f64 = 1e-4;

/// Minimum batch with batch normalisation, which turns any two rows into -1 and 1: with very few
/// rows there is hardly a gradient left.
const MIN_ROWS_TO_NORMALIZE: usize = 8;

/// The errors of a network's gradients, tensor by tensor.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct GradientCheck {
    /// Rows of the batch.
    pub rows: usize,
    /// First layer to last.
    pub tensors: Vec<TensorCheck>,
}

/// The errors of the gradient of one tensor: those of the worst entry, relative to the largest
/// entry of the closed form. For a bias before batch normalisation, whose gradient is zero, they
/// are relative to the largest entry of the layer's weight.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct TensorCheck {
    /// The tensor's name in `model.safetensors`.
    pub name: String,
    /// Number of entries.
    pub entries: usize,
    /// The largest magnitude of the closed form's entries.
    pub largest: f64,
    /// Error of the closed form against central differences.
    pub closed_form_error: f64,
    /// Error of Burn's gradient against the closed form.
    pub burn_error: f64,
}

impl GradientCheck {
    /// Returns the worst error of the closed form against central differences.
    pub fn worst_closed_form_error(&self) -> f64 {
        worst(self.tensors.iter().map(|tensor| tensor.closed_form_error))
    }

    /// Returns the worst error of Burn's gradients against the closed form.
    pub fn worst_burn_error(&self) -> f64 {
        worst(self.tensors.iter().map(|tensor| tensor.burn_error))
    }

    /// Whether every error is within [`TOLERANCE`].
    pub fn passes(&self) -> bool {
        self.worst_closed_form_error() <= TOLERANCE && self.worst_burn_error() <= TOLERANCE
    }
}

/// Returns the largest error; NaN, if there is one, counts as the largest.
fn worst(errors: impl Iterator<Item = f64>) -> f64 {
    errors.fold(0.0, |worst, error| if error > worst || error.is_nan() { error } else { worst })
}

/// Checks the gradients of the training loss, including the L2 term, for the configured network in
/// training mode on `device` and a batch of `rows` training rows of `data`. Dropout uses the masks
/// that the device draws. The weights are those of `training.init_from`, if it names a file, and
/// new ones otherwise.
///
/// # Errors
/// If `rows`, rounded up to a multiple of the members, is less than 2 (8 with batch normalisation) or
/// exceeds the training rows, the file does not fit, too many rows lie at a kink of the activation, or the device fails.
pub fn check_gradients(config: &RunConfig, data: &Dataset, rows: usize, device: &Device) -> Result<GradientCheck> {
    let available = data.train.len();
    let rows = rows.next_multiple_of(config.model.members.max(1));
    let minimum = if config.model.batch_norm { MIN_ROWS_TO_NORMALIZE } else { 2 };
    if !(minimum..=available).contains(&rows) {
        return Err(Error::config(
            "--rows",
            format!("{rows} is not between {minimum} and {available}, the number of training rows"),
        ));
    }
    let _only = one_generator_user();
    let device = device.clone().inner();
    let mlp = network_to_check(config, data, &device)?;
    let network = Network {
        layers: Parameters::of(&mlp)?,
        activation: config.model.activation,
        epsilon: mlp.blocks.iter().find_map(|block| block.norm.as_ref()).map_or(0.0, |norm| norm.epsilon),
        l2: config.optimizer.l2,
        embedding_l2: config.optimizer.embedding_l2,
        number_loss: data.is_regression().then(|| config.training.number_loss()),
    };
    let all: Vec<usize> = (0..data.train.len()).collect();
    let task = data.task(&all, false);
    let masks = masks::draw(&mlp, rows, &device)?;
    let mut candidates = rows::shuffled(&data.train, config.seed);
    let (chosen, rows) = rows::choose(&network, &masks, &data.train, &task, rows, &mut candidates)?;
    let closed_form = network.backpropagate(&rows, &masks, &network.forward(&rows, &masks));
    let number_loss = network.number_loss.map(|loss| (task.targets(), loss));
    let burn = burn_gradients(&mlp, &L2::of(&config.optimizer), &data.train.select(&chosen), number_loss, &device)?;
    let comparison = Comparison { network, rows, masks, seed: config.seed };
    Ok(GradientCheck { rows: chosen.len(), tensors: comparison.tensors(&closed_form, &burn)? })
}

#[cfg(test)]
mod tests;
