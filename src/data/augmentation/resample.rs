//! An image seen through a map of its pixels' places.

use super::affine::Affine;
use super::elastic::Displacement;
use crate::data::ImageShape;

/// Writes to `output` what `image` shows at the places that `map`, and then `displacement`, name: bilinear between
/// pixels, 0 outside of the image.
pub(super) fn resample(
    image: &[f32],
    shape: ImageShape,
    map: &Affine,
    displacement: Option<&Displacement>,
    output: &mut [f32],
) {
    let ImageShape { height, width, channels } = shape;
    let (middle_x, middle_y) = ((width as f32 - 1.0) / 2.0, (height as f32 - 1.0) / 2.0);
    for (index, pixel) in output.chunks_exact_mut(channels).enumerate() {
        let (x, y) = ((index % width) as f32 - middle_x, (index / width) as f32 - middle_y);
        let mut source_x = map.a * x + map.b * y + map.shift_x + middle_x;
        let mut source_y = map.c * x + map.d * y + map.shift_y + middle_y;
        if let Some(displacement) = displacement {
            source_x += displacement.x[index];
            source_y += displacement.y[index];
        }
        interpolate(image, shape, source_x, source_y, pixel);
    }
}

/// The image at (`x`, `y`), where whole numbers are the middles of pixels.
fn interpolate(image: &[f32], shape: ImageShape, x: f32, y: f32, pixel: &mut [f32]) {
    let ImageShape { height, width, channels } = shape;
    let (left, top) = (x.floor(), y.floor());
    pixel.fill(0.0);
    if left < -1.0 || top < -1.0 || left >= width as f32 || top >= height as f32 {
        return;
    }
    let (right_share, bottom_share) = (x - left, y - top);
    let (left, top) = (left as i32, top as i32);
    let corners = [
        (left, top, (1.0 - right_share) * (1.0 - bottom_share)),
        (left + 1, top, right_share * (1.0 - bottom_share)),
        (left, top + 1, (1.0 - right_share) * bottom_share),
        (left + 1, top + 1, right_share * bottom_share),
    ];
    for (x, y, share) in corners {
        if x >= 0 && y >= 0 && (x as usize) < width && (y as usize) < height {
            let start = (y as usize * width + x as usize) * channels;
            for (value, old) in pixel.iter_mut().zip(&image[start..start + channels]) {
                *value += share * old;
            }
        }
    }
}
