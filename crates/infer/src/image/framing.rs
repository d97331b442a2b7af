use serde::{Deserialize, Serialize};

/// An image is taken for inverted only if its border is this many standard deviations off those of the training images.
const UNUSUAL: f32 = 3.0;

/// Training images whose borders differ by more than this are photographs: there is no background to place ink on.
const PLAIN: f32 = 0.15;

/// How a model's training images lie in their frame, so that another image can be brought to the same. Brightness goes
/// from 0, black, to 1, white.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Framing {
    /// The mean over images of their background's brightness: the median of an image's outermost pixels.
    pub background: f32,
    /// The standard deviation of that over images.
    pub background_deviation: f32,
    /// Height of the box that holds what is drawn in at least 99 % of the images, as a fraction of the image's height.
    pub ink_height: f32,
    /// The same of its width.
    pub ink_width: f32,
    /// Where the ink's centre of mass lies on average, counted in pixels from the first row's middle, as a fraction of the
    /// height.
    pub mass_row: f32,
    /// The same of the columns.
    pub mass_column: f32,
}

impl Framing {
    /// MNIST's, by its description: white on black, in a box of 20x20 pixels within 28x28, the centre of mass on the
    /// pixel at 14, 14.
    pub const MNIST: Self = Self {
        background: 0.0,
        background_deviation: 0.0,
        ink_height: 20.0 / 28.0,
        ink_width: 20.0 / 28.0,
        mass_row: 0.5,
        mass_column: 0.5,
    };

    /// Whether the images have a plain background, dark or light, with something on it.
    pub fn is_plain(&self) -> bool {
        self.background_deviation < PLAIN
    }

    /// Whether an image whose background has brightness `background` looks like a negative of the training images: it is
    /// nearer to their inverse than to themselves, and further off than three standard deviations.
    pub fn looks_inverted(&self, background: f32) -> bool {
        let off = (background - self.background).abs();
        off > (1.0 - background - self.background).abs() && off > UNUSUAL * self.background_deviation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_border_that_training_images_never_have_looks_inverted() {
        let dark = Framing::MNIST;
        assert!(dark.looks_inverted(0.9) && dark.looks_inverted(0.6) && !dark.looks_inverted(0.4));
        let light = Framing { background: 0.95, ..Framing::MNIST };
        assert!(light.looks_inverted(0.1) && !light.looks_inverted(0.8));
        let photographs = Framing { background: 0.45, background_deviation: 0.25, ..Framing::MNIST };
        assert!(!(0..=10).any(|tenth| photographs.looks_inverted(tenth as f32 / 10.0)));
        assert!(!photographs.is_plain() && dark.is_plain());
    }
}
