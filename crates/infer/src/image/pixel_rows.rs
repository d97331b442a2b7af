//! Rows of pixels as the images that they are.

use super::{Picture, Preparation, SeenImage};
use crate::ModelMetadata;

impl ModelMetadata {
    /// Does to rows of pixels `[n * d]`, as the network takes them, what [`see`](Self::see) does to images, and returns
    /// what was noticed of each. Rows that are no images stay as they are.
    ///
    /// # Errors
    /// As [`see`](Self::see); also if rows that are no images are to be turned round or centred.
    pub fn see_rows(&self, rows: &mut [f32], preparation: Preparation) -> Result<Vec<SeenImage>, String> {
        let Some(shape) = self.image_shape else {
            let nothing = preparation == Preparation::default();
            let problem = format!("cannot be inverted or centred: they are {} features and no images", self.features);
            return if nothing { Ok(Vec::new()) } else { Err(problem) };
        };
        let see = |row: &mut [f32]| {
            let pixels = row.iter().map(|value| (255.0 * value).round() as u8).collect();
            let picture = Picture::of_pixels(shape, pixels).ok_or("are no images of the model's size")?;
            let seen = self.see(&picture, preparation)?;
            // The row's own values are finer than a picture's.
            match (preparation.center, seen.inverted) {
                (true, _) => row.copy_from_slice(&seen.features()),
                (false, true) => row.iter_mut().for_each(|value| *value = 1.0 - *value),
                (false, false) => (),
            }
            Ok(seen)
        };
        rows.chunks_exact_mut(self.features).map(see).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::{Framing, ImageShape, Inversion};
    use crate::{Normalization, test_models};

    /// Of a model trained on white ink in the middle of black images of 4x4 pixels.
    fn metadata() -> ModelMetadata {
        ModelMetadata {
            image_shape: Some(ImageShape::grey(4, 4)),
            normalization: Normalization::DivideBy(16.0),
            framing: Some(Framing::MNIST),
            ..test_models::metadata(16)
        }
    }

    /// Two rows: a grey dot in the upper left, and its negative.
    fn dots() -> Vec<f32> {
        let dot = |index: usize| if index == 5 { 0.3 } else { 0.0 };
        (0..16).map(dot).chain((0..16).map(|index| 1.0 - dot(index))).collect()
    }

    #[test]
    fn rows_are_turned_round_without_rounding_and_told_where_they_look_so() {
        let see = |inversion| {
            let mut rows = dots();
            let seen = metadata().see_rows(&mut rows, Preparation { inversion, center: false }).unwrap();
            let told = seen.iter().map(|seen| (seen.looks_inverted, seen.inverted, seen.needlessly_inverted));
            (rows, told.collect::<Vec<_>>())
        };
        let (rows, told) = see(Inversion::Never);
        assert_eq!((rows, told), (dots(), vec![(false, false, false), (true, false, false)]));
        let (rows, told) = see(Inversion::Always);
        let (first, second) = rows.split_at(16);
        assert!(first[5] == 0.7 && first[0] == 1.0 && second[5] == 1.0 - (1.0 - 0.3) && second[0] == 0.0, "{rows:?}");
        assert_eq!(told, [(false, true, true), (true, true, false)]);
        assert_eq!(see(Inversion::WhereItLooksSo).0[..16], dots()[..16]);
    }

    #[test]
    fn rows_are_centred_as_images_are() {
        let mut rows = dots();
        let centred = Preparation { inversion: Inversion::WhereItLooksSo, center: true };
        let seen = metadata().see_rows(&mut rows, centred).unwrap();
        assert_eq!(rows[..16], rows[16..]);
        assert_eq!(rows[..16], seen[0].features());
        assert_ne!(rows[..16], dots()[..16]);
    }

    #[test]
    fn rows_that_are_no_images_are_left_alone_or_refused() {
        let model = ModelMetadata { image_shape: None, ..metadata() };
        let mut rows = dots();
        assert_eq!(model.see_rows(&mut rows, Preparation::default()), Ok(Vec::new()));
        assert_eq!(rows, dots());
        let refused = model.see_rows(&mut rows, Preparation { center: true, ..Preparation::default() });
        assert!(refused.unwrap_err().contains("16 features and no images"));
    }

    #[test]
    fn pixels_that_were_scaled_before_are_told_from_dark_ones() {
        let bytes = Normalization::DivideBy(255.0);
        let told =
            |pixels: &[f32]| bytes.looks_applied_before(&pixels.iter().map(|pixel| pixel / 255.0).collect::<Vec<_>>());
        assert_eq!(told(&[0.0, 0.25, 1.0]), Some(true));
        assert_eq!(told(&[0.0, 0.25, 1.5]), Some(false));
        assert_eq!(told(&[0.0, 0.0]), None);
        assert_eq!(Normalization::DivideBy(1.0).looks_applied_before(&[0.0, 1.0]), Some(false));
        assert_eq!(Normalization::None.looks_applied_before(&[0.0, 1.0]), Some(false));
    }
}
