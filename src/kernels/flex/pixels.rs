use burn::backend::Flex;
use burn::tensor::{Int, Tensor};
use pulp::{Arch, Simd, WithSimd};

use super::Array;

/// `pixels` `[batch, features]`, bytes from 0 to `maximum`, as features from 0 to 1.
pub(in crate::kernels) fn scaled(pixels: &Tensor<2, Int>, maximum: f64) -> Option<Tensor<2>> {
    let shape = pixels.dims();
    let pixels = pixels.clone().try_into_primitive::<Flex>().ok()?;
    let features = Arch::new().dispatch(Scale { pixels: pixels.as_slice()?, maximum: maximum as f32 });
    Some(Array::from_entries(features, shape).tensor())
}

struct Scale<'a> {
    pixels: &'a [u8],
    maximum: f32,
}

impl WithSimd for Scale<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> Vec<f32> {
        self.pixels.iter().map(|&pixel| f32::from(pixel) / self.maximum).collect()
    }
}
