use super::brightness::{GreyPlane, median};
use super::centering::centred;
use super::{Framing, ImageShape, Picture};
use crate::ModelMetadata;

/// Whether an image's brightness is turned round before the network sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Inversion {
    /// It is taken as it is.
    #[default]
    Never,
    /// Dark becomes light: for dark digits on white paper where the model knows light ones on black.
    Always,
    /// If the image looks like a negative of the training images.
    WhereItLooksSo,
}

/// How an image is brought to what a network takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Preparation {
    /// Whether its brightness is turned round.
    pub inversion: Inversion,
    /// Whether what is drawn is scaled and centred as in the training images; if not, the whole image is stretched.
    pub center: bool,
}

/// What a network sees of an image.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenImage {
    /// The network's shape.
    pub shape: ImageShape,
    /// `[height * width * channels]`, from 0, black, to 255.
    pub pixels: Vec<u8>,
    /// Whether the brightness was turned round.
    pub inverted: bool,
    /// Whether the image as it was given looks like a negative of the training images.
    pub looks_inverted: bool,
    /// Whether turning the brightness round is what made it look like a negative.
    pub needlessly_inverted: bool,
    /// Whether the image was stretched from another size, where scaling and centring was possible.
    pub stretched: bool,
}

impl ModelMetadata {
    /// The training images' framing where they have a plain background; for models of early versions, MNIST's. None if
    /// rows are no grey images, or photographs: then nothing can be centred.
    pub fn ink_framing(&self) -> Option<Framing> {
        self.image_shape.filter(|shape| shape.channels == 1)?;
        Some(self.framing.unwrap_or(Framing::MNIST)).filter(Framing::is_plain)
    }

    /// Brings `picture` to what the network takes.
    ///
    /// # Errors
    /// A sentence, if the model takes no images, or centring is asked for and its images have no plain background.
    pub fn see(&self, picture: &Picture, preparation: Preparation) -> Result<SeenImage, String> {
        let shape = self.image_shape.ok_or_else(|| {
            format!("is an image, but the model takes rows of {} features; give it CSV rows", self.features)
        })?;
        let background = background_of(picture);
        let is_negative = |background| self.framing.is_some_and(|framing| framing.looks_inverted(background));
        let looks_inverted = is_negative(background);
        let inverted = match preparation.inversion {
            Inversion::Never => false,
            Inversion::Always => true,
            Inversion::WhereItLooksSo => looks_inverted,
        };
        let pixels = match (preparation.center, self.ink_framing()) {
            (true, Some(framing)) => centred(picture, inverted, shape, &framing),
            (true, None) => {
                return Err(
                    "cannot be centred: the training images are in colour or have no plain background".to_string()
                );
            }
            (false, _) => stretched(picture, inverted, shape),
        };
        let (own, is_inkable) = (picture.shape(), self.ink_framing().is_some());
        let same_size = (own.height, own.width) == (shape.height, shape.width);
        let stretched = !preparation.center && is_inkable && !same_size;
        let needlessly_inverted = inverted && is_negative(1.0 - background);
        Ok(SeenImage { shape, pixels, inverted, looks_inverted, needlessly_inverted, stretched })
    }
}

impl SeenImage {
    /// As the network takes it, `[height * width * channels]`, in `[0, 1]`: what every source of images is scaled to.
    pub fn features(&self) -> Vec<f32> {
        self.pixels.iter().map(|&pixel| f32::from(pixel) / 255.0).collect()
    }
}

fn stretched(picture: &Picture, inverted: bool, shape: ImageShape) -> Vec<u8> {
    let mut pixels = picture.fitted(shape);
    if inverted {
        pixels.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
    }
    pixels
}

/// The median brightness of the outermost pixels.
fn background_of(picture: &Picture) -> f32 {
    let own = picture.shape();
    let pixels = picture.fitted(ImageShape { channels: 1, ..own });
    f32::from(median(&GreyPlane { pixels: &pixels, height: own.height, width: own.width }.border())) / 255.0
}

#[cfg(test)]
#[path = "image_input_tests.rs"]
mod tests;
