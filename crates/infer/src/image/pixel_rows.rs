//! Prepares rows of pixels like images.

use super::pixels::to_byte;
use super::{DecodedImage, Preparation, PreparedImage};
use crate::{MaxValues, ModelMetadata};

impl ModelMetadata {
    /// Prepares rows of pixels `[n, features]`, normalised, as [`preprocess`](Self::preprocess) prepares images, and
    /// returns an image for each. Rows that are not images stay unchanged.
    ///
    /// # Errors
    /// As [`preprocess`](Self::preprocess); also if rows that are not images are to be inverted or centred.
    pub fn preprocess_rows(&self, rows: &mut [f32], preparation: Preparation) -> Result<Vec<PreparedImage>, String> {
        let Some(shape) = self.image_shape else {
            let nothing = preparation == Preparation::default();
            let problem = format!("cannot be inverted or centred: they are {} features, not images", self.features);
            return if nothing { Ok(Vec::new()) } else { Err(problem) };
        };
        let prepare = |row: &mut [f32]| {
            let pixels = row.iter().copied().map(to_byte).collect();
            let image = DecodedImage::of_pixels(shape, pixels).ok_or("are not images of the model's size")?;
            let prepared = self.prepare(&image, preparation, &MaxValues::default())?;
            // The row's own values are finer than an image's bytes.
            match (preparation.center, prepared.inverted) {
                (true, _) => row.copy_from_slice(&prepared.features),
                (false, true) => row.iter_mut().for_each(|value| *value = 1.0 - *value),
                (false, false) => (),
            }
            Ok(prepared)
        };
        rows.chunks_exact_mut(self.features).map(prepare).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Invert;
    use crate::{ImageShape, ImageStats};
    use crate::{Normalization, test_models};

    /// Describes a model trained on white ink in the middle of black images of 4x4 pixels.
    fn metadata() -> ModelMetadata {
        ModelMetadata {
            image_shape: Some(ImageShape::grey(4, 4)),
            normalization: Normalization::DivideBy(16.0),
            image_stats: Some(ImageStats::MNIST),
            ..test_models::metadata(16)
        }
    }

    /// Two rows: a grey dot in the upper left, and its negative.
    fn dots() -> Vec<f32> {
        let dot = |index: usize| if index == 5 { 0.3 } else { 0.0 };
        (0..16).map(dot).chain((0..16).map(|index| 1.0 - dot(index))).collect()
    }

    #[test]
    fn rows_are_inverted_without_rounding() {
        let prepare = |invert| {
            let mut rows = dots();
            let prepared = metadata().preprocess_rows(&mut rows, Preparation { invert, center: false }).unwrap();
            let notes = prepared
                .iter()
                .map(|prepared| (prepared.looks_inverted, prepared.inverted, prepared.needlessly_inverted));
            (rows, notes.collect::<Vec<_>>())
        };
        let (rows, notes) = prepare(Invert::Never);
        assert_eq!((rows, notes), (dots(), vec![(false, false, false), (true, false, false)]));
        let (rows, notes) = prepare(Invert::Always);
        let (first, second) = rows.split_at(16);
        assert!(first[5] == 0.7 && first[0] == 1.0 && second[5] == 1.0 - (1.0 - 0.3) && second[0] == 0.0, "{rows:?}");
        assert_eq!(notes, [(false, true, true), (true, true, false)]);
        assert_eq!(prepare(Invert::Auto).0[..16], dots()[..16]);
    }

    #[test]
    fn rows_are_centred_as_images_are() {
        let mut rows = dots();
        let centred = Preparation { invert: Invert::Auto, center: true };
        let prepared = metadata().preprocess_rows(&mut rows, centred).unwrap();
        assert_eq!(rows[..16], rows[16..]);
        assert_eq!(rows[..16], prepared[0].features);
        assert_ne!(rows[..16], dots()[..16]);
    }

    #[test]
    fn rows_that_are_not_images_are_kept_or_refused() {
        let model = ModelMetadata { image_shape: None, ..metadata() };
        let mut rows = dots();
        assert_eq!(model.preprocess_rows(&mut rows, Preparation::default()), Ok(Vec::new()));
        assert_eq!(rows, dots());
        let refused = model.preprocess_rows(&mut rows, Preparation { center: true, ..Preparation::default() });
        assert!(refused.unwrap_err().contains("16 features, not images"));
    }

    #[test]
    fn pixels_scaled_before_are_recognised() {
        let bytes = Normalization::DivideBy(255.0);
        let looks_scaled =
            |pixels: &[f32]| bytes.looks_applied_before(&pixels.iter().map(|pixel| pixel / 255.0).collect::<Vec<_>>());
        assert_eq!(looks_scaled(&[0.0, 0.25, 1.0]), Some(true));
        assert_eq!(looks_scaled(&[0.0, 0.25, 1.5]), Some(false));
        assert_eq!(looks_scaled(&[0.0, 0.0]), None);
        assert_eq!(Normalization::DivideBy(1.0).looks_applied_before(&[0.0, 1.0]), Some(false));
        assert_eq!(Normalization::None.looks_applied_before(&[0.0, 1.0]), Some(false));
    }
}
