//! How raw rows become what the network takes.

use serde::{Deserialize, Serialize};

use crate::table::Warning;

/// How a raw row becomes what the network takes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Normalization {
    /// Values stay unchanged.
    None,
    /// Divides each value by this maximum, so that pixels go from 0 to 1.
    DivideBy(f32),
    /// Divides each value by the largest of the training rows, which other rows may exceed.
    ScaleBy(f32),
}

impl Normalization {
    /// What each value is divided by, if it is not used unchanged.
    pub fn divisor(self) -> Option<f32> {
        match self {
            Self::None => None,
            Self::DivideBy(divisor) | Self::ScaleBy(divisor) => Some(divisor),
        }
    }

    /// Normalises a raw value.
    ///
    /// # Errors
    /// Returns a predicate if the value is not finite, or is a pixel out of range.
    #[inline]
    pub fn checked(self, value: f32) -> Result<f32, String> {
        match self {
            Self::None if value.is_finite() => Ok(value),
            Self::DivideBy(maximum) if (0.0..=maximum).contains(&value) => Ok(value / maximum),
            Self::ScaleBy(largest) if value.is_finite() => Ok(value / largest),
            _ => Err(self.problem(value)),
        }
    }

    #[cold]
    fn problem(self, value: f32) -> String {
        match self {
            Self::DivideBy(maximum) if value.is_finite() => format!("is outside the pixels' range from 0 to {maximum}"),
            _ => "is not a finite number".to_string(),
        }
    }

    /// Whether `normalized` pixels had been scaled to 0 to 1 before, where raw ones go up to more. `None` if all are
    /// black, which either would be.
    pub fn looks_applied_before(self, normalized: &[f32]) -> Option<bool> {
        let Self::DivideBy(maximum) = self else { return Some(false) };
        let one = 1.0 / maximum;
        let is_faint = maximum > 1.0 && normalized.iter().all(|value| *value <= one);
        (!is_faint || normalized.iter().any(|value| *value > 0.0)).then_some(is_faint)
    }

    /// Warns of `rows` rows if their pixels had been scaled before, as [`looks_applied_before`](Self::looks_applied_before)
    /// found.
    pub(crate) fn warning(self, looks_applied_before: Option<bool>, rows: usize) -> Option<Warning> {
        match self {
            Self::DivideBy(maximum) if looks_applied_before == Some(true) => Some(Warning::scaled(maximum, rows)),
            _ => None,
        }
    }
}
