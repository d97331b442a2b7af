//! The values of white in image files.

use serde::{Deserialize, Serialize};

/// What the values in image files are divided by to become a brightness from 0 (black) to 1 (white), by their depth.
/// Usually the largest that the depth can hold; less where the training images use only a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct MaxValues {
    pub bits_8: f32,
    pub bits_16: f32,
    pub float: f32,
}

impl Default for MaxValues {
    fn default() -> Self {
        Self { bits_8: 255.0, bits_16: 65_535.0, float: 1.0 }
    }
}

impl MaxValues {
    /// The same value for files of any depth.
    pub const fn all(value: f32) -> Self {
        Self { bits_8: value, bits_16: value, float: value }
    }

    /// Whether these are the largest values that each depth can hold.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether training images of more than 8 bits use only a part of their range, and none has 8 bits.
    pub fn are_of_deep_files(&self) -> bool {
        self.bits_8 == 255.0 && !self.is_default()
    }

    /// Whether every value can divide.
    pub(crate) fn is_usable(&self) -> bool {
        [self.bits_8, self.bits_16, self.float].iter().all(|value| value.is_finite() && *value > 0.0)
    }
}
