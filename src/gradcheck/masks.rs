//! The dropout masks of one training step.

use burn::tensor::{Device, Tensor};
use ndarray::Array2;

use super::network::Masks;
use super::parameters::failed;
use crate::backend::reasons;
use crate::error::Result;
use crate::model::Mlp;
use crate::model::layers::{Dropout, DropoutStep};

/// The step that the masks are of, and the network that uses the same ones.
const STEP: DropoutStep = DropoutStep { seed: 1, epoch: 1, step: 0 };

/// Does `work`, whose first forward pass uses the masks of [`draw`].
pub(super) fn with_masks<T>(device: &Device, work: impl FnOnce() -> T) -> Result<T> {
    // Pending operations must not draw from the new stream.
    device.sync().map_err(|error| failed(reasons(error)))?;
    device.seed(STEP.seed);
    Ok(STEP.run(work))
}

/// Draws the masks that the network uses in [`with_masks`] for a batch of `rows` rows: dropout applied
/// to ones, in the same order and shapes.
pub(super) fn draw(mlp: &Mlp, rows: usize, device: &Device) -> Result<Masks> {
    let features = mlp.linears().next().map_or(0, |linear| linear.weight.dims()[0]);
    let of_features = (&mlp.input_dropout, features);
    let of_hidden = mlp.blocks.iter().map(|block| (&block.dropout, block.linear.weight.dims()[1]));
    let layers = [of_features].into_iter().chain(of_hidden);
    with_masks(device, || layers.map(|(dropout, columns)| mask(dropout, [rows, columns], device)).collect())?
}

fn mask(dropout: &Dropout, [rows, columns]: [usize; 2], device: &Device) -> Result<Array2<f64>> {
    let ones = Tensor::<2>::ones([rows, columns], &device.clone().autodiff());
    let data = dropout.forward(ones).inner().try_into_data().map_err(|error| failed(reasons(error)))?;
    let entries: Vec<f64> = data.iter::<f64>().collect();
    Array2::from_shape_vec((rows, columns), entries).map_err(failed)
}
