//! Decides what the values of images are divided by.

use crate::data::Features;
use crate::format::count;
use crate::{Error, Result};
use burn_mlp_infer::MaxValues;
use burn_mlp_infer::image::Pixels;

/// Minimum share of a bit depth's range that images use if white is the top of it.
const USED: f32 = 0.5;

/// What the values of images are divided by.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scale {
    pub max_values: MaxValues,
    /// The divisor of the features, if they are floats.
    pub divisor: Option<f32>,
    /// A remark for the user.
    pub note: Option<String>,
}

impl Scale {
    /// Takes `stated`, if it is not 0; otherwise the largest value that the depth can hold, or, if
    /// images of more than 8 bits use less than half of it, the largest value of `training`, the
    /// training images, which `all` includes.
    ///
    /// # Errors
    /// [`Error::Config`] if `stated` is above all values, or images of 8 bits are among those that
    /// use a part of their range.
    pub fn fit<'a>(
        stated: f32,
        training: impl Iterator<Item = &'a Pixels>,
        all: impl Iterator<Item = &'a Pixels> + Clone,
    ) -> Result<Self> {
        let is_deep = |pixels: &&Pixels| !matches!(pixels, Pixels::Bytes(_));
        let deep = all.clone().find(is_deep);
        if stated > 0.0 {
            return Self::stated(stated, deep.is_some(), all);
        }
        let Some(deep) = deep else {
            return Ok(Self { max_values: MaxValues::default(), divisor: None, note: None });
        };
        let (mut max_values, mut notes) = (MaxValues::default(), Vec::new());
        let (mut words, mut floats) = (0.0_f32, 0.0_f32);
        for pixels in training {
            match pixels {
                Pixels::Bytes(_) => (),
                Pixels::Words(_) => words = words.max(pixels.largest()),
                Pixels::Floats(_) => floats = floats.max(pixels.largest()),
            }
        }
        if words > 0.0 && words < USED * max_values.bits_16 {
            max_values.bits_16 = words;
            notes.push(format!("the 16-bit training images is {} of 65,535", count(words as usize)));
        }
        if floats > 1.0 || (floats > 0.0 && floats < USED) {
            max_values.float = floats;
            notes.push(format!("the 32-bit training images is {floats}"));
        }
        if max_values.are_of_deep_files() && !all.clone().all(|pixels| is_deep(&pixels)) {
            let problem = "is needed, because some images have 8 bits a channel and others more, of which they use \
                           only a part; set the value that is white in all of them";
            return Err(Error::config("images.max_value", problem));
        }
        let note = (!notes.is_empty()).then(|| {
            let largest = notes.join(", and that of ");
            format!("the largest value of {largest}, so values are divided by it; images.max_value sets another")
        });
        Ok(Self { max_values, divisor: Some(deep.divisor(&max_values)), note })
    }

    fn stated<'a>(stated: f32, any_deep: bool, all: impl Iterator<Item = &'a Pixels>) -> Result<Self> {
        if !any_deep && stated > 255.0 {
            let problem = format!("is {stated}, but the images have 8 bits a channel, so at most 255");
            return Err(Error::config("images.max_value", problem));
        }
        let beyond = all.filter(|pixels| pixels.largest() > stated).count();
        let note = match beyond {
            0 => None,
            1 => Some("1 image has values above images.max_value, which count as white".to_string()),
            _ => Some(format!("{} images have values above images.max_value, which count as white", count(beyond))),
        };
        let are_bytes = !any_deep && stated.fract() == 0.0;
        Ok(Self { max_values: MaxValues::all(stated), divisor: (!are_bytes).then_some(stated), note })
    }

    /// Scales images of `dimension` values each.
    pub fn features(&self, images: Vec<Pixels>, dimension: usize) -> Features {
        match self.divisor {
            Some(_) => {
                let mut values = Vec::with_capacity(images.len() * dimension);
                images.into_iter().for_each(|pixels| values.extend(pixels.scaled(&self.max_values)));
                Features::Floats(values)
            }
            None => {
                let maximum = self.max_values.bits_8 as u8;
                let mut values = Vec::with_capacity(images.len() * dimension);
                for pixels in images {
                    if let Pixels::Bytes(bytes) = pixels {
                        values.extend(bytes.into_iter().map(|value| value.min(maximum)));
                    }
                }
                Features::Bytes { values, maximum }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(stated: f32, training: &[Pixels], others: &[Pixels]) -> Result<Scale> {
        Scale::fit(stated, training.iter(), training.iter().chain(others))
    }

    fn words(values: &[u16]) -> Pixels {
        Pixels::Words(values.to_vec())
    }

    #[test]
    fn sixteen_bit_images_that_use_a_part_of_their_range_are_divided_by_their_largest_value() {
        let scale = fit(0.0, &[words(&[3, 172]), words(&[0, 90])], &[words(&[200])]).unwrap();
        assert_eq!((scale.max_values.bits_16, scale.divisor), (172.0, Some(172.0)));
        let note = scale.note.as_deref().unwrap();
        assert!(
            note.starts_with("the largest value of the 16-bit training images is 172 of 65,535, so values"),
            "{note}"
        );
        let Features::Floats(values) = scale.features(vec![words(&[43, 172, 200])], 3) else { panic!() };
        assert_eq!(values, [0.25, 1.0, 1.0]);
    }

    #[test]
    fn images_that_use_their_range_are_divided_by_it() {
        let bytes = || Pixels::Bytes(vec![0, 90]);
        let scale = fit(0.0, &[bytes()], &[]).unwrap();
        assert_eq!((scale.divisor, scale.note.clone()), (None, None));
        assert_eq!(scale.features(vec![bytes()], 2), Features::Bytes { values: vec![0, 90], maximum: 255 });
        let scale = fit(0.0, &[words(&[65_535]), bytes()], &[]).unwrap();
        assert_eq!((scale.max_values, scale.divisor), (MaxValues::default(), Some(65_535.0)));
        assert_eq!(fit(0.0, &[Pixels::Floats(vec![0.0, 0.8])], &[]).unwrap().divisor, Some(1.0));
        assert_eq!(fit(0.0, &[Pixels::Floats(vec![0.0, 240.0])], &[]).unwrap().divisor, Some(240.0));
        assert_eq!(fit(0.0, &[words(&[0, 0])], &[]).unwrap().divisor, Some(65_535.0), "all black");
    }

    #[test]
    fn a_stated_value_holds_for_files_of_every_depth() {
        let scale = fit(100.0, &[Pixels::Bytes(vec![50, 120])], &[]).unwrap();
        let features = scale.features(vec![Pixels::Bytes(vec![50, 120])], 2);
        assert_eq!(features, Features::Bytes { values: vec![50, 100], maximum: 100 });
        assert_eq!(scale.note.unwrap(), "1 image has values above images.max_value, which count as white");
        let scale = fit(4095.0, &[words(&[4095])], &[Pixels::Bytes(vec![255])]).unwrap();
        assert_eq!((scale.max_values, scale.note), (MaxValues::all(4095.0), None));
    }

    #[test]
    fn what_has_no_common_scale_is_refused() {
        let mixed = fit(0.0, &[words(&[172])], &[Pixels::Bytes(vec![0])]).unwrap_err();
        assert_eq!(mixed.exit_code(), 2);
        assert!(mixed.to_string().contains("set the value that is white in all of them"), "{mixed}");
        let above = fit(300.0, &[Pixels::Bytes(vec![0])], &[]).unwrap_err().to_string();
        assert_eq!(above, "images.max_value is 300, but the images have 8 bits a channel, so at most 255");
    }
}
