//! Statistics of how training images lie in their frame.

use serde::{Deserialize, Serialize};

/// Standard deviations by which an image's border must differ from those of the training images to look inverted.
const UNUSUAL: f32 = 3.0;

/// Standard deviation of the borders' brightness from which images count as photographs: they have no plain background.
const PLAIN: f32 = 0.15;

/// How a model's training images lie in their frame, so that another image can be placed the same way. Brightness goes
/// from 0 (black) to 1 (white).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ImageStats {
    /// The background's brightness, averaged over images; an image's background is the median of its outermost pixels.
    pub background: f32,
    /// Its standard deviation over images.
    pub background_deviation: f32,
    /// Height of the box that holds the ink of at least 99 % of the images, as a fraction of the image's height.
    pub ink_height: f32,
    /// Width of that box, as a fraction of the image's width.
    pub ink_width: f32,
    /// Mean position of the ink's centre of mass, measured from the middle of the first row, as a fraction of the height.
    pub mass_row: f32,
    /// The same for columns, as a fraction of the width.
    pub mass_column: f32,
}

impl ImageStats {
    /// MNIST by its description: white on black, in a box of 20x20 pixels within 28x28, the centre of mass on the pixel
    /// at 14, 14.
    pub const MNIST: Self = Self {
        background: 0.0,
        background_deviation: 0.0,
        ink_height: 20.0 / 28.0,
        ink_width: 20.0 / 28.0,
        mass_row: 0.5,
        mass_column: 0.5,
    };

    /// Whether the images show something on a plain background, dark or light.
    pub fn is_plain(&self) -> bool {
        self.background_deviation < PLAIN
    }

    /// Whether an image with a background of this brightness looks like a negative of the training images: it is closer
    /// to their inverse than to them, and more than three standard deviations away.
    pub fn looks_inverted(&self, background: f32) -> bool {
        let distance = (background - self.background).abs();
        distance > (1.0 - background - self.background).abs() && distance > UNUSUAL * self.background_deviation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_border_that_training_images_never_have_looks_inverted() {
        let dark = ImageStats::MNIST;
        assert!(dark.looks_inverted(0.9) && dark.looks_inverted(0.6) && !dark.looks_inverted(0.4));
        let light = ImageStats { background: 0.95, ..ImageStats::MNIST };
        assert!(light.looks_inverted(0.1) && !light.looks_inverted(0.8));
        let photographs = ImageStats { background: 0.45, background_deviation: 0.25, ..ImageStats::MNIST };
        assert!(!(0..=10).any(|tenth| photographs.looks_inverted(tenth as f32 / 10.0)));
        assert!(!photographs.is_plain() && dark.is_plain());
    }
}
