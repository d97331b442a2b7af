//! Bytes of images as features.

use pulp::{Arch, Simd, WithSimd};

/// Divides each pixel by `maximum`: bytes from 0 to `maximum` become features from 0 to 1.
pub fn scale(pixels: &[u8], maximum: f32) -> Vec<f32> {
    Arch::new().dispatch(Scale { pixels, maximum })
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
