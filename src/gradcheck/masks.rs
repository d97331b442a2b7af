//! The dropout masks that a seeded device draws.

use burn::tensor::{Device, Tensor};
use ndarray::Array2;

use super::network::Masks;
use super::parameters::failed;
use crate::backend::reasons;
use crate::error::Result;
use crate::model::Mlp;
use crate::model::layers::Dropout;

/// Seed of the device's generator, for the masks and for the network that uses the same ones.
const SEED: u64 = 1;

/// Resets the device's generator, so that the next forward pass uses the masks of [`draw`].
pub(super) fn seed(device: &Device) -> Result<()> {
    // Pending operations must not draw from the new stream.
    device.sync().map_err(|error| failed(reasons(error)))?;
    device.seed(SEED);
    Ok(())
}

/// Draws the masks that the network uses after [`seed`] for a batch of `rows` rows: dropout applied
/// to ones, in the same order and shapes.
pub(super) fn draw(mlp: &Mlp, rows: usize, device: &Device) -> Result<Masks> {
    let features = mlp.linears().next().map_or(0, |linear| linear.weight.dims()[0]);
    let of_features = (&mlp.input_dropout, features);
    let of_hidden = mlp.blocks.iter().map(|block| (&block.dropout, block.linear.weight.dims()[1]));
    seed(device)?;
    [of_features]
        .into_iter()
        .chain(of_hidden)
        .map(|(dropout, columns)| mask(dropout, [rows, columns], device))
        .collect()
}

fn mask(dropout: &Dropout, [rows, columns]: [usize; 2], device: &Device) -> Result<Array2<f64>> {
    let ones = Tensor::<2>::ones([rows, columns], &device.clone().autodiff());
    let data = dropout.forward(ones).inner().try_into_data().map_err(|error| failed(reasons(error)))?;
    let entries: Vec<f64> = data.iter::<f64>().collect();
    Array2::from_shape_vec((rows, columns), entries).map_err(failed)
}
