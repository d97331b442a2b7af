//! Predicts images.

use super::{DecodedImage, Preparation};
use crate::ranking::OVERFLOWS;
use crate::{Error, Model, Prediction, Result};

impl Model {
    /// Predicts an image file: PNG, JPEG, BMP, GIF, TIFF, WebP or PNM, recognised by its content. `preparation` says how to bring it to
    /// the model's shape and brightness; `Preparation::default()` only resizes it.
    ///
    /// # Errors
    /// [`Error::Data`] if the bytes are not such a file, the model does not take images, or its training images have no
    /// plain background to centre on.
    pub fn predict_image(&self, file: &[u8], preparation: Preparation) -> Result<Prediction<'_>> {
        let refuse = |problem| Error::data("the image", problem);
        let image = DecodedImage::decode(file).map_err(refuse)?;
        let prepared = self.metadata().preprocess(&image, preparation).map_err(refuse)?;
        self.predict_one(&prepared.features).map_err(|_| refuse(OVERFLOWS.to_string()))
    }
}
