use burn::backend::Flex;
use burn::tensor::{Int, Tensor};
use burn_mlp_kernels::pixels;

use super::Array;

/// `pixels` from 0 to `maximum` as features from 0 to 1, `[batch, features]` both. `None` unless the pixels are bytes.
pub(crate) fn scale(pixels: &Tensor<2, Int>, maximum: f64) -> Option<Tensor<2>> {
    let shape = pixels.dims();
    let pixels = pixels.clone().try_into_primitive::<Flex>().ok()?;
    let features = pixels::scale(pixels.as_slice()?, maximum as f32);
    Some(Array::from_entries(features, shape).into_tensor())
}
