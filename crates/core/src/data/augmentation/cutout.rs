//! Cutout: DeVries and Taylor 2017 (arXiv 1708.04552).

use rand::rngs::ChaCha8Rng;

use super::draw::uniform;
use crate::data::ImageShape;

/// Blacks out a square in `image` `[height * width * channels]`. Its side is `fraction` of the
/// image's shorter side; its centre is anywhere in the image, so part of it may lie outside.
pub(super) fn cut_out(image: &mut [f32], shape: ImageShape, fraction: f64, rng: &mut ChaCha8Rng) {
    let side = (fraction * shape.height.min(shape.width) as f64).round() as i64;
    let extent = |length: usize, rng: &mut ChaCha8Rng| {
        let start = (uniform(rng) * length as f32) as i64 - side / 2;
        let end = (start + side).clamp(0, length as i64) as usize;
        start.clamp(0, length as i64) as usize..end
    };
    let (rows, columns) = (extent(shape.height, rng), extent(shape.width, rng));
    for row in rows {
        let start = row * shape.width;
        image[(start + columns.start) * shape.channels..(start + columns.end) * shape.channels].fill(0.0);
    }
}
