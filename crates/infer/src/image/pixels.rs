//! The values of an image's pixels, in the depth of its file.

use crate::MaxValues;

/// Values of pixels as the file has them, row-major.
#[derive(Debug, Clone, PartialEq)]
pub enum Pixels {
    /// From 0 to 255.
    Bytes(Vec<u8>),
    /// From 0 to 65,535.
    Words(Vec<u16>),
    /// Usually from 0 to 1.
    Floats(Vec<f32>),
}

impl Pixels {
    /// Number of values.
    pub fn len(&self) -> usize {
        match self {
            Self::Bytes(values) => values.len(),
            Self::Words(values) => values.len(),
            Self::Floats(values) => values.len(),
        }
    }

    /// Whether there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The largest value; 0 without values.
    pub fn largest(&self) -> f32 {
        match self {
            Self::Bytes(values) => values.iter().max().copied().unwrap_or(0).into(),
            Self::Words(values) => values.iter().max().copied().unwrap_or(0).into(),
            Self::Floats(values) => values.iter().copied().fold(0.0, f32::max),
        }
    }

    /// What the values are divided by.
    pub fn divisor(&self, max_values: &MaxValues) -> f32 {
        match self {
            Self::Bytes(_) => max_values.bits_8,
            Self::Words(_) => max_values.bits_16,
            Self::Floats(_) => max_values.float,
        }
    }

    /// Returns the brightness of each value, from 0 (black) to 1. Values beyond the maximum count as 1.
    pub fn scaled(&self, max_values: &MaxValues) -> Vec<f32> {
        let divisor = self.divisor(max_values);
        let scale = |value: f32| (value / divisor).clamp(0.0, 1.0);
        match self {
            Self::Bytes(values) => values.iter().map(|&value| scale(value.into())).collect(),
            Self::Words(values) => values.iter().map(|&value| scale(value.into())).collect(),
            Self::Floats(values) => values.iter().map(|&value| scale(value)).collect(),
        }
    }

    /// Returns the brightness of each value, from 0 (black) to 255.
    pub fn into_bytes(self, max_values: &MaxValues) -> Vec<u8> {
        match self {
            Self::Bytes(values) if max_values.bits_8 == 255.0 => values,
            pixels => pixels.scaled(max_values).into_iter().map(to_byte).collect(),
        }
    }

    /// Repeats each value of grey pixels for red, green and blue.
    pub fn in_colour(self) -> Self {
        fn repeated<T: Copy>(values: &[T]) -> Vec<T> {
            values.iter().flat_map(|&value| [value; 3]).collect()
        }
        match self {
            Self::Bytes(values) => Self::Bytes(repeated(&values)),
            Self::Words(values) => Self::Words(repeated(&values)),
            Self::Floats(values) => Self::Floats(repeated(&values)),
        }
    }
}

/// Converts a brightness from 0 to 1 to a byte.
pub(super) fn to_byte(brightness: f32) -> u8 {
    (255.0 * brightness).round() as u8
}
