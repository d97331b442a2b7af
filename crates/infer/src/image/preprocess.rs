//! Prepares an image for the network: resizing, centring and inverting.

use super::DecodedImage;
use super::centering::centred;
use super::grey_plane::{GreyPlane, median};
use crate::{ImageShape, ImageStats, ModelMetadata};

/// Whether to invert an image's brightness before the network sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Invert {
    /// Keeps it.
    #[default]
    Never,
    /// Makes dark light: for dark digits on white paper where the model knows light ones on black.
    Always,
    /// Inverts the image if it looks like a negative of the training images.
    Auto,
}

/// How to prepare an image for the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Preparation {
    /// Whether to invert its brightness.
    pub invert: Invert,
    /// Whether to scale and centre the ink as in the training images instead of stretching the whole image.
    pub center: bool,
}

/// An image as the network sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct PreparedImage {
    /// The network's shape.
    pub shape: ImageShape,
    /// `[height, width, channels]`, row-major, from 0 (black) to 255.
    pub pixels: Vec<u8>,
    /// Whether the brightness was inverted.
    pub inverted: bool,
    /// Whether the original image looks like a negative of the training images.
    pub looks_inverted: bool,
    /// Whether only inverting made the image look like a negative.
    pub needlessly_inverted: bool,
    /// Whether the image was stretched from another size although it could have been centred.
    pub stretched: bool,
}

impl ModelMetadata {
    /// The statistics to centre other images by. `None` if the model does not take grey images, or its training images
    /// have no plain background.
    pub fn centering_stats(&self) -> Option<ImageStats> {
        self.image_shape.filter(|shape| shape.channels == 1)?;
        self.image_stats.filter(ImageStats::is_plain)
    }

    /// Prepares `image` for the network.
    ///
    /// # Errors
    /// Returns a sentence if the model does not take images, or if the image is to be centred and the training images
    /// have no plain background.
    pub fn preprocess(&self, image: &DecodedImage, preparation: Preparation) -> Result<PreparedImage, String> {
        let shape = self.image_shape.ok_or_else(|| {
            format!("is an image, but the model takes rows of {} features; give it CSV rows", self.features)
        })?;
        let background = background_of(image);
        let is_negative = |background| self.image_stats.is_some_and(|stats| stats.looks_inverted(background));
        let looks_inverted = is_negative(background);
        let inverted = match preparation.invert {
            Invert::Never => false,
            Invert::Always => true,
            Invert::Auto => looks_inverted,
        };
        let pixels = match (preparation.center, self.centering_stats()) {
            (true, Some(stats)) => centred(image, inverted, shape, &stats),
            (true, None) => {
                let problem = "cannot be centred: the training images are in colour or have no plain background";
                return Err(problem.to_string());
            }
            (false, _) => stretched(image, inverted, shape),
        };
        let (own, can_center) = (image.shape(), self.centering_stats().is_some());
        let same_size = (own.height, own.width) == (shape.height, shape.width);
        let stretched = !preparation.center && can_center && !same_size;
        let needlessly_inverted = inverted && is_negative(1.0 - background);
        Ok(PreparedImage { shape, pixels, inverted, looks_inverted, needlessly_inverted, stretched })
    }
}

impl PreparedImage {
    /// The features that the network takes, `[height * width * channels]` from 0 to 1.
    pub fn features(&self) -> Vec<f32> {
        self.pixels.iter().map(|&pixel| f32::from(pixel) / 255.0).collect()
    }
}

fn stretched(image: &DecodedImage, inverted: bool, shape: ImageShape) -> Vec<u8> {
    let mut pixels = image.fitted(shape);
    if inverted {
        pixels.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
    }
    pixels
}

/// The median brightness of the outermost pixels, from 0 to 1.
fn background_of(image: &DecodedImage) -> f32 {
    let own = image.shape();
    let pixels = image.fitted(ImageShape { channels: 1, ..own });
    f32::from(median(&GreyPlane { pixels: &pixels, height: own.height, width: own.width }.border())) / 255.0
}

#[cfg(test)]
#[path = "preprocess_tests.rs"]
mod tests;
