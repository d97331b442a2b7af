//! Resamples an image through a map of positions.

use super::affine::Affine;
use super::elastic::Displacement;
use crate::data::ImageShape;

/// An image with a black border, one pixel wide, so that every position in it has four neighbours.
#[derive(Debug, Default)]
pub(super) struct PaddedImage {
    /// `[(height + 2) * (width + 2) * channels]`.
    pixels: Vec<f32>,
    shape: Option<ImageShape>,
}

/// Samples `image` at the positions given by `map` and then `displacement`, and writes the result
/// to `output`: bilinear between pixels, 0 outside the image. `padded` is a reused buffer.
pub(super) fn resample(
    image: &[f32],
    shape: ImageShape,
    map: &Affine,
    displacement: Option<&Displacement>,
    padded: &mut PaddedImage,
    output: &mut [f32],
) {
    padded.fill(image, shape);
    // The compiler specialises the loop for one channel.
    match shape.channels {
        1 => padded.sample_all(shape, 1, map, displacement, output),
        channels => padded.sample_all(shape, channels, map, displacement, output),
    }
}

impl PaddedImage {
    fn fill(&mut self, image: &[f32], shape: ImageShape) {
        let ImageShape { height, width, channels } = shape;
        let row = (width + 2) * channels;
        if self.shape != Some(shape) {
            self.pixels.clear();
            self.pixels.resize((height + 2) * row, 0.0);
            self.shape = Some(shape);
        }
        for (within, pixels) in self.pixels.chunks_exact_mut(row).skip(1).zip(image.chunks_exact(width * channels)) {
            within[channels..row - channels].copy_from_slice(pixels);
        }
    }

    #[inline(always)]
    fn sample_all(
        &self,
        shape: ImageShape,
        channels: usize,
        map: &Affine,
        displacement: Option<&Displacement>,
        output: &mut [f32],
    ) {
        let ImageShape { height, width, .. } = shape;
        let (middle_x, middle_y) = ((width as f32 - 1.0) / 2.0, (height as f32 - 1.0) / 2.0);
        for (row, line) in output.chunks_exact_mut(width * channels).enumerate() {
            let y = row as f32 - middle_y;
            let moved = displacement.map(|by| (&by.x[row * width..][..width], &by.y[row * width..][..width]));
            for (column, pixel) in line.chunks_exact_mut(channels).enumerate() {
                let x = column as f32 - middle_x;
                let mut source_x = map.a * x + map.b * y + map.shift_x + middle_x;
                let mut source_y = map.c * x + map.d * y + map.shift_y + middle_y;
                if let Some((moved_x, moved_y)) = moved {
                    source_x += moved_x[column];
                    source_y += moved_y[column];
                }
                self.interpolate(width, height, channels, (source_x, source_y), pixel);
            }
        }
    }

    /// Samples the image at (`x`, `y`); integers are the centres of pixels, (0, 0) the first inside
    /// the border.
    #[inline(always)]
    fn interpolate(&self, width: usize, height: usize, channels: usize, (x, y): (f32, f32), pixel: &mut [f32]) {
        let (left, right_share) = neighbours(x, width);
        let (top, bottom_share) = neighbours(y, height);
        let row = (width + 2) * channels;
        let upper = &self.pixels[top * row + left * channels..][..2 * channels];
        let lower = &self.pixels[(top + 1) * row + left * channels..][..2 * channels];
        for (channel, value) in pixel.iter_mut().enumerate() {
            *value = (1.0 - right_share) * (1.0 - bottom_share) * upper[channel]
                + right_share * (1.0 - bottom_share) * upper[channels + channel]
                + (1.0 - right_share) * bottom_share * lower[channel]
                + right_share * bottom_share * lower[channels + channel];
        }
    }
}

/// Returns the padded index of the first of the two neighbours of `position` along an axis of
/// `side` pixels, and the weight of the second.
#[inline(always)]
fn neighbours(position: f32, side: usize) -> (usize, f32) {
    // The border is as black as everything beyond it.
    let position = position.clamp(-1.0, side as f32);
    let truncated = position as i32;
    // Calling `floor` would take longer than everything else.
    let floor = (truncated - i32::from(position < truncated as f32)).min(side as i32 - 1);
    ((floor + 1) as usize, position - floor as f32)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Bilinear interpolation by definition: the weighted sum of the neighbours inside the image.
    fn at(image: &[f32], shape: ImageShape, channel: usize, (x, y): (f32, f32)) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let (right, bottom) = (x - left, y - top);
        let shares = [
            (0.0, 0.0, (1.0 - right) * (1.0 - bottom)),
            (1.0, 0.0, right * (1.0 - bottom)),
            (0.0, 1.0, (1.0 - right) * bottom),
            (1.0, 1.0, right * bottom),
        ];
        let mut value = 0.0;
        for (across, down, share) in shares {
            let (x, y) = (left + across, top + down);
            if x >= 0.0 && y >= 0.0 && x < shape.width as f32 && y < shape.height as f32 {
                value += share * image[(y as usize * shape.width + x as usize) * shape.channels + channel];
            }
        }
        value
    }

    proptest! {
        #[test]
        fn every_pixel_is_the_exact_bilinear_interpolation(
            (a, b, c, d) in (-2f32..2.0, -2f32..2.0, -2f32..2.0, -2f32..2.0),
            (shift_x, shift_y) in (-8f32..8.0, -8f32..8.0),
            moved in prop::collection::vec(-4f32..4.0, 30),
            channels in prop::sample::select(vec![1usize, 3]),
            pixels in prop::collection::vec(0f32..=1.0, 90),
        ) {
            let shape = ImageShape { height: 5, width: 6, channels };
            let map = Affine { a, b, c, d, shift_x, shift_y };
            let mut displacement = Displacement::default();
            displacement.y = moved.iter().rev().copied().collect();
            displacement.x = moved;
            let (mut output, mut padded) = (vec![9.0; 30 * channels], PaddedImage::default());
            resample(&pixels[..30 * channels], shape, &map, Some(&displacement), &mut padded, &mut output);
            for (index, &found) in output.iter().enumerate() {
                let (place, channel) = (index / channels, index % channels);
                let (x, y) = ((place % 6) as f32 - 2.5, (place / 6) as f32 - 2.0);
                let x_there = a * x + b * y + shift_x + 2.5 + displacement.x[place];
                let y_there = c * x + d * y + shift_y + 2.0 + displacement.y[place];
                prop_assert_eq!(found, at(&pixels, shape, channel, (x_there, y_there)));
            }
        }
    }
}
