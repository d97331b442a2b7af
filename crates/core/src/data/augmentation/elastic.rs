//! Elastic distortion: Simard, Steinkraus and Platt 2003, section 2. Moves every pixel by a random
//! vector; a Gaussian filter makes the vectors of neighbours similar.

use ndarray::{Array2, ArrayView2, ArrayViewMut2, linalg::general_mat_mul};
use rand::Rng;
use rand::rngs::ChaCha8Rng;

use crate::data::ImageShape;

/// Distance that each pixel moves, in pixels, `[height * width]` for each axis.
#[derive(Debug, Default)]
pub(super) struct Displacement {
    pub x: Vec<f32>,
    pub y: Vec<f32>,
    random: Vec<u8>,
    noise: Vec<f32>,
    half_smooth: Vec<f32>,
}

/// Draws displacements for images of a fixed shape.
#[derive(Debug, Clone)]
pub(super) struct Elastic {
    height: usize,
    width: usize,
    /// Smooths along columns and multiplies by alpha `[height, height]`.
    along_columns: Array2<f32>,
    /// Smooths along rows `[width, width]`.
    along_rows: Array2<f32>,
}

impl Elastic {
    pub fn new(shape: ImageShape, alpha: f32, sigma: f32) -> Self {
        Self {
            height: shape.height,
            width: shape.width,
            along_columns: gaussian(shape.height, sigma) * alpha,
            along_rows: gaussian(shape.width, sigma),
        }
    }

    /// Fills `displacement` with uniform noise in `[-1, 1)`, smoothed and multiplied by alpha.
    pub fn draw(&self, rng: &mut ChaCha8Rng, displacement: &mut Displacement) {
        let Displacement { x, y, random, noise, half_smooth } = displacement;
        for field in [x, y] {
            random.resize(2 * self.height * self.width, 0);
            rng.fill_bytes(random);
            noise.clear();
            // Sixteen bits are more than a displacement needs.
            noise.extend(
                random.chunks_exact(2).map(|bytes| f32::from(i16::from_le_bytes([bytes[0], bytes[1]])) / 32768.0),
            );
            self.smooth(noise, half_smooth, field);
        }
    }

    /// Computes `field = alpha G noise G` `[height * width]`: a Gaussian filter separates into one
    /// along the columns and one along the rows.
    pub fn smooth(&self, noise: &[f32], half_smooth: &mut Vec<f32>, field: &mut Vec<f32>) {
        let shape = (self.height, self.width);
        half_smooth.resize(noise.len(), 0.0);
        field.resize(noise.len(), 0.0);
        let views = (
            ArrayView2::from_shape(shape, noise),
            ArrayViewMut2::from_shape(shape, half_smooth),
            ArrayViewMut2::from_shape(shape, field),
        );
        // The lengths match the shape, so no view fails.
        if let (Ok(noise), Ok(mut half_smooth), Ok(mut field)) = views {
            general_mat_mul(1.0, &self.along_columns, &noise, 0.0, &mut half_smooth);
            general_mat_mul(1.0, &half_smooth, &self.along_rows, 0.0, &mut field);
        }
    }
}

/// Returns `[side, side]` with a Gaussian of deviation `sigma` around `i` in row `i`. It sums to 1
/// over all integers: pixels outside the image count as 0.
fn gaussian(side: usize, sigma: f32) -> Array2<f32> {
    let weight = |distance: f64| (-0.5 * (distance / f64::from(sigma)).powi(2)).exp();
    let reach = (10.0 * f64::from(sigma)).ceil().min(1e6) as i64;
    let sum: f64 = (-reach..=reach).map(|distance| weight(distance as f64)).sum();
    Array2::from_shape_fn((side, side), |(i, j)| (weight(i as f64 - j as f64) / sum) as f32)
}
