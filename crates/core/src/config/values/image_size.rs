//! The `images.size` setting: `WIDTHxHEIGHT`.

use crate::text::quoted;
use crate::{Error, Result};
use std::fmt;

/// Maximum number of pixels along a side.
const MAX_SIDE: usize = 16_384;

/// Size of an image, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageSize {
    pub width: usize,
    pub height: usize,
}

impl ImageSize {
    /// Parses `WIDTHxHEIGHT`, or one number for both; empty text is `None`. The error lacks the
    /// key.
    pub(crate) fn parse(text: &str) -> std::result::Result<Option<Self>, String> {
        if text.is_empty() {
            return Ok(None);
        }
        let (width, height) = text.split_once(['x', 'X', '×']).unwrap_or((text, text));
        let side = |side: &str| {
            let is_number = !side.is_empty() && side.bytes().all(|byte| byte.is_ascii_digit());
            side.parse().ok().filter(|side| is_number && (1..=MAX_SIDE).contains(side)).ok_or_else(|| {
                format!("{} is not a size; expected WIDTHxHEIGHT, as in 28x28, of 1 to {MAX_SIDE} pixels", quoted(text))
            })
        };
        Ok(Some(Self { width: side(width)?, height: side(height)? }))
    }

    /// Parses the value of `images.size`; `None` if images keep their own size.
    ///
    /// # Errors
    /// [`Error::Config`] if it is not a size.
    pub fn from_setting(text: &str) -> Result<Option<Self>> {
        Self::parse(text).map_err(|problem| Error::config("images.size", problem))
    }
}

impl fmt::Display for ImageSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
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
    fn other_text_is_refused_with_the_expected_form() {
        for text in ["x", "28x", "0x28", "28x28x3", "-28x28", "+28", "16385", "28 x 28", "big"] {
            let message = ImageSize::parse(text).unwrap_err();
            assert!(message.contains("expected WIDTHxHEIGHT, as in 28x28, of 1 to 16384 pixels"), "{message}");
        }
    }
}
