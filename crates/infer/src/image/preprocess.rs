//! Prepares an image for the network: resizing, centring and inverting.

use super::centering::centred;
use super::grey_plane::{GreyPlane, median};
use super::pixels::to_byte;
use super::{DecodedImage, Pixels};
use crate::{ImageShape, ImageStats, MaxValues, ModelMetadata};

/// Whether to invert an image's brightness before the network sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Invert {
    /// Keeps it.
    #[default]
    Never,
    /// Makes dark light: for dark ink on white paper where the model knows light ink on black.
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
    /// The features that the network takes, `[height, width, channels]`, row-major, from 0 (black) to 1.
    pub features: Vec<f32>,
    /// Whether the brightness was inverted.
    pub inverted: bool,
    /// Whether the original image looks like a negative of the training images.
    pub looks_inverted: bool,
    /// Whether only inverting made the image look like a negative.
    pub needlessly_inverted: bool,
    /// Whether the image was stretched from another size although it could have been centred.
    pub stretched: bool,
    /// Whether the file's values are of another range than the training images'.
    pub off_scale: Option<OffScale>,
}

/// How an image's values differ from those of the training images.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OffScale {
    /// Some are well beyond.
    TooBright,
    /// They have 8 bits a channel, where the training images have more and use a part of their range.
    TooShallow,
}

impl OffScale {
    /// Returns what an image has, for a sentence.
    pub fn problem(self) -> &'static str {
        match self {
            Self::TooBright => "values well beyond those of the training images; they count as white",
            Self::TooShallow => "8 bits a channel, but the training images have more; values were divided by 255",
        }
    }
}

/// The share by which values may exceed those of the training images without a word.
const TOLERANCE: f32 = 0.05;

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
        self.prepare(image, preparation, &self.max_values)
    }

    /// Prepares an image whose values are divided by `max_values`.
    pub(super) fn prepare(
        &self,
        image: &DecodedImage,
        preparation: Preparation,
        max_values: &MaxValues,
    ) -> Result<PreparedImage, String> {
        let shape = self.image_shape.ok_or_else(|| {
            format!("is an image, but the model takes rows of {} features; give it CSV rows", self.features)
        })?;
        let background = background_of(image, max_values);
        let is_negative = |background| self.image_stats.is_some_and(|stats| stats.looks_inverted(background));
        let looks_inverted = is_negative(background);
        let inverted = match preparation.invert {
            Invert::Never => false,
            Invert::Always => true,
            Invert::Auto => looks_inverted,
        };
        let fitted = image.fitted(shape);
        let features = match (preparation.center, self.centering_stats()) {
            (true, Some(stats)) => centred(image, inverted, shape, &stats, max_values),
            (true, None) => {
                let problem = "cannot be centred: the training images are in colour or have no plain background";
                return Err(problem.to_string());
            }
            (false, _) => stretched(&fitted, inverted, max_values),
        };
        let (own, can_center) = (image.shape(), self.centering_stats().is_some());
        let same_size = (own.height, own.width) == (shape.height, shape.width);
        Ok(PreparedImage {
            shape,
            features,
            inverted,
            looks_inverted,
            needlessly_inverted: inverted && is_negative(1.0 - background),
            stretched: !preparation.center && can_center && !same_size,
            off_scale: off_scale(&fitted, max_values),
        })
    }
}

impl PreparedImage {
    /// The pixels `[height, width, channels]`, row-major, from 0 (black) to 255.
    pub fn pixels(&self) -> Vec<u8> {
        self.features.iter().copied().map(to_byte).collect()
    }
}

fn off_scale(pixels: &Pixels, max_values: &MaxValues) -> Option<OffScale> {
    match pixels {
        Pixels::Bytes(_) if max_values.are_of_deep_files() => Some(OffScale::TooShallow),
        pixels if pixels.largest() > (1.0 + TOLERANCE) * pixels.divisor(max_values) => Some(OffScale::TooBright),
        _ => None,
    }
}

fn stretched(fitted: &Pixels, inverted: bool, max_values: &MaxValues) -> Vec<f32> {
    let mut features = fitted.scaled(max_values);
    if inverted {
        features.iter_mut().for_each(|value| *value = 1.0 - *value);
    }
    features
}

/// The median brightness of the outermost pixels, from 0 to 1.
fn background_of(image: &DecodedImage, max_values: &MaxValues) -> f32 {
    let own = image.shape();
    let pixels = image.fitted(ImageShape { channels: 1, ..own }).into_bytes(max_values);
    f32::from(median(&GreyPlane { pixels: &pixels, height: own.height, width: own.width }.border())) / 255.0
}

#[cfg(test)]
#[path = "preprocess_tests.rs"]
mod tests;
