//! Flip, rotation, scaling, shear and translation as one affine map.

use rand::rngs::ChaCha8Rng;

use super::either_way;
use crate::config::{AugmentationConfig, Transformation};
use crate::data::ImageShape;

/// From a pixel of the new image to the place in the old one that it shows, both measured in pixels from the image's
/// middle: `x' = a x + b y + shift_x`, `y' = c x + d y + shift_y`.
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

    /// Draws the strength of each geometric transformation in `chosen`.
    pub fn draw(
        chosen: &[Transformation],
        config: &AugmentationConfig,
        shape: ImageShape,
        rng: &mut ChaCha8Rng,
    ) -> Self {
        let drawn = chosen.iter().filter_map(|transformation| {
            Some(match transformation {
                Transformation::Flip => Self { a: -1.0, ..Self::IDENTITY },
                Transformation::Rotation => Self::rotation(either_way(rng, config.rotation)),
                Transformation::Translation => Self {
                    shift_x: either_way(rng, config.translation * shape.width as f64),
                    shift_y: either_way(rng, config.translation * shape.height as f64),
                    ..Self::IDENTITY
                },
                Transformation::Scaling => {
                    let factor = 1.0 / (1.0 + either_way(rng, config.scaling));
                    Self { a: factor, d: factor, ..Self::IDENTITY }
                }
                Transformation::Shear => Self { b: either_way(rng, config.shear).to_radians().tan(), ..Self::IDENTITY },
                Transformation::Elastic | Transformation::Noise | Transformation::Cutout => return None,
            })
        });
        drawn.fold(Self::IDENTITY, Self::then)
    }

    /// Turns the image by `degrees`, clockwise as it is seen.
    pub fn rotation(degrees: f32) -> Self {
        let (sin, cos) = degrees.to_radians().sin_cos();
        Self { a: cos, b: sin, c: -sin, d: cos, ..Self::IDENTITY }
    }

    /// The map of an image changed by this and then by `after`.
    fn then(self, after: Self) -> Self {
        // A new pixel is first taken back through what came last.
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
