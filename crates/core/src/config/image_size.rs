//! The `images.size` setting: `WIDTHxHEIGHT`, as pictures' sizes are usually given.

use super::ImagesConfig;
use crate::text::quoted;
use crate::{Error, Result};
use std::fmt;

/// Most pixels along a side.
const LARGEST: usize = 16_384;

/// An image's size in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageSize {
    pub width: usize,
    pub height: usize,
}

impl ImageSize {
    /// Reads `WIDTHxHEIGHT`, or one number for both; nothing from an empty text. The error is the sentence without its
    /// key.
    pub(super) fn parse(text: &str) -> std::result::Result<Option<Self>, String> {
        if text.is_empty() {
            return Ok(None);
        }
        let (width, height) = text.split_once(['x', 'X', '×']).unwrap_or((text, text));
        let side = |side: &str| {
            let is_number = !side.is_empty() && side.bytes().all(|byte| byte.is_ascii_digit());
            side.parse().ok().filter(|side| is_number && (1..=LARGEST).contains(side)).ok_or_else(|| {
                format!("{} is no size; expected WIDTHxHEIGHT, as in 28x28, of 1 to {LARGEST} pixels", quoted(text))
            })
        };
        Ok(Some(Self { width: side(width)?, height: side(height)? }))
    }
}

impl fmt::Display for ImageSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl ImagesConfig {
    /// The size that every image is brought to; nothing if it is the images' own.
    ///
    /// # Errors
    /// [`Error::Config`] if `size` is no size.
    pub fn wanted_size(&self) -> Result<Option<ImageSize>> {
        ImageSize::parse(&self.size).map_err(|problem| Error::config("images.size", problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_width_by_height_or_one_number_for_both() {
        assert_eq!(ImageSize::parse("64x48"), Ok(Some(ImageSize { width: 64, height: 48 })));
        assert_eq!(ImageSize::parse("28").unwrap().unwrap().to_string(), "28x28");
        assert_eq!(ImageSize::parse(""), Ok(None));
    }

    #[test]
    fn what_is_no_size_is_answered_with_its_form() {
        for text in ["x", "28x", "0x28", "28x28x3", "-28x28", "+28", "16385", "28 x 28", "big"] {
            let message = ImageSize::parse(text).unwrap_err();
            assert!(message.contains("expected WIDTHxHEIGHT, as in 28x28, of 1 to 16384 pixels"), "{message}");
        }
    }
}
