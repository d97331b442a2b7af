//! Flip, rotation, scaling, shear and translation combined into one affine map.

use rand::rngs::ChaCha8Rng;

use super::draw::symmetric;
use crate::config::{AugmentationConfig, Transformation};
use crate::data::ImageShape;

/// Maps a position in the new image to the one in the old image that it shows, both in pixels from
/// the image's centre: `x' = a x + b y + shift_x`, `y' = c x + d y + shift_y`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Affine {
    pub a: f32,
    pub b: f32,
    pub c: f32,
    pub d: f32,
    pub shift_x: f32,
    pub shift_y: f32,
}

impl Affine {
    pub const IDENTITY: Self = Self { a: 1.0, b: 0.0, c: 0.0, d: 1.0, shift_x: 0.0, shift_y: 0.0 };

    pub fn is_identity(&self) -> bool {
        *self == Self::IDENTITY
    }

    /// Draws a strength for each geometric transformation in `chosen`, in order, and combines them.
    pub fn draw(
        chosen: &[Transformation],
        config: &AugmentationConfig,
        shape: ImageShape,
        rng: &mut ChaCha8Rng,
    ) -> Self {
        let drawn = chosen.iter().filter_map(|transformation| {
            Some(match transformation {
                Transformation::Flip => Self { a: -1.0, ..Self::IDENTITY },
                Transformation::Rotation => Self::rotation(symmetric(rng, config.rotation)),
                Transformation::Translation => Self {
                    shift_x: symmetric(rng, config.translation * shape.width as f64),
                    shift_y: symmetric(rng, config.translation * shape.height as f64),
                    ..Self::IDENTITY
                },
                Transformation::Scaling => {
                    let factor = 1.0 / (1.0 + symmetric(rng, config.scaling));
                    Self { a: factor, d: factor, ..Self::IDENTITY }
                }
                Transformation::Shear => Self { b: symmetric(rng, config.shear).to_radians().tan(), ..Self::IDENTITY },
                Transformation::Elastic | Transformation::Noise | Transformation::Cutout => return None,
            })
        });
        drawn.fold(Self::IDENTITY, Self::then)
    }

    /// Rotates the image by `degrees`, clockwise.
    pub fn rotation(degrees: f32) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Self { a: cos, b: sin, c: -sin, d: cos, ..Self::IDENTITY }
    }

    /// Combines this map with one that is applied to its result. Maps lead from new positions to
    /// old ones, so `after` comes first in the product.
    fn then(self, after: Self) -> Self {
        Self {
            a: self.a * after.a + self.b * after.c,
            b: self.a * after.b + self.b * after.d,
            c: self.c * after.a + self.d * after.c,
            d: self.c * after.b + self.d * after.d,
            shift_x: self.a * after.shift_x + self.b * after.shift_y + self.shift_x,
            shift_y: self.c * after.shift_x + self.d * after.shift_y + self.shift_y,
        }
    }
}
