use serde::{Deserialize, Serialize};

use super::brightness::{GreyPlane, median};
use crate::data::{Features, ImageShape, Samples};

/// Most training images that are looked at.
const MOST_IMAGES: usize = 4096;

/// The share of training images whose ink fits into the box that is kept.
const FITTING: f64 = 0.99;

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

    /// Of training images; none if the features are no pixels.
    pub(super) fn of(samples: &Samples, shape: ImageShape) -> Option<Self> {
        let Features::Bytes { values, maximum } = samples.features() else { return None };
        let pixels = shape.height * shape.width;
        if pixels == 0 || values.is_empty() {
            return None;
        }
        let scale = 255.0 / f32::from(*maximum);
        let (mut backgrounds, mut heights, mut widths, mut masses) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for image in values.chunks_exact(samples.dimension()).step_by(samples.len().div_ceil(MOST_IMAGES)) {
            let grey: Vec<u8> = image.chunks_exact(shape.channels).map(|pixel| mean(pixel, scale)).collect();
            let plane = GreyPlane { pixels: &grey, height: shape.height, width: shape.width };
            let background = median(&plane.border());
            backgrounds.push(f32::from(background) / 255.0);
            if let Some((rows, columns)) = plane.ink(background) {
                heights.push(rows.len());
                widths.push(columns.len());
            }
            masses.extend(plane.centre_of_mass(background));
        }
        let count = backgrounds.len() as f32;
        let background = backgrounds.iter().sum::<f32>() / count;
        let variance = backgrounds.iter().map(|value| (value - background).powi(2)).sum::<f32>() / count;
        Some(Self {
            background,
            background_deviation: variance.sqrt(),
            ink_height: extent_of_most(heights, shape.height),
            ink_width: extent_of_most(widths, shape.width),
            mass_row: mean_place(masses.iter().map(|mass| mass.0), shape.height),
            mass_column: mean_place(masses.iter().map(|mass| mass.1), shape.width),
        })
    }

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

/// One channel's value of a pixel, from 0 to 255.
fn mean(pixel: &[u8], scale: f32) -> u8 {
    let sum: f32 = pixel.iter().map(|&value| f32::from(value)).sum();
    (scale * sum / pixel.len() as f32).round() as u8
}

/// The mean as a fraction of `side`; the middle if there are none. Whoever centres images takes a pixel's middle or the line
/// between two, so the mean is rounded to the next of these: of MNIST's digits it is 13.98, which was meant as 14.
fn mean_place(places: impl ExactSizeIterator<Item = f64>, side: usize) -> f32 {
    match places.len() {
        0 => 0.5,
        count => {
            let mean = places.sum::<f64>() / count as f64;
            ((2.0 * mean).round() / 2.0 / side as f64) as f32
        }
    }
}

fn extent_of_most(mut lengths: Vec<usize>, side: usize) -> f32 {
    lengths.sort_unstable();
    let last = (FITTING * lengths.len() as f64) as usize;
    let length = lengths.get(last).or(lengths.last()).copied().unwrap_or(side);
    length as f32 / side as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 20 images of 8x8 pixels from 0 to 16: a box of 4x6 in the middle at `ink`, the rest at `paper`.
    fn boxes(paper: u8, ink: u8) -> Samples {
        let inside = |index: usize| (2..6).contains(&(index / 8)) && (1..7).contains(&(index % 8));
        let image = (0..64).map(|index| if inside(index) { ink } else { paper });
        let values = (0..20).flat_map(|_| image.clone()).collect();
        Samples::new(Features::Bytes { values, maximum: 16 }, vec![0; 20], 64).unwrap()
    }

    #[test]
    fn the_background_and_the_box_of_the_ink_are_measured() {
        let framing = Framing::of(&boxes(0, 16), ImageShape::grey(8, 8)).unwrap();
        let expected = Framing {
            background: 0.0,
            background_deviation: 0.0,
            ink_height: 0.5,
            ink_width: 0.75,
            mass_row: 3.5 / 8.0,
            mass_column: 3.5 / 8.0,
        };
        assert_eq!(framing, expected);
        assert_eq!(Framing::of(&boxes(16, 0), ImageShape::grey(8, 8)).unwrap().background, 1.0);
    }

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

    #[test]
    fn features_that_are_no_pixels_have_no_framing() {
        let floats = Samples::new(Features::Floats(vec![0.5; 64]), vec![0], 64).unwrap();
        assert_eq!(Framing::of(&floats, ImageShape::grey(8, 8)), None);
    }
}
