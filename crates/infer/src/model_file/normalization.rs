//! What raw rows go through before the network.

use serde::{Deserialize, Serialize};

/// What a raw row goes through before the network.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Normalization {
    /// Rows are used as they are.
    None,
    /// Each value is divided by this: pixels from 0 to it become 0 to 1.
    DivideBy(f32),
}

impl Normalization {
    /// Brings raw values to what the network takes; false, with the values half done, if [`checked`](Self::checked)
    /// refuses one.
    #[inline(always)] // into code for the processor at hand, where there is such
    pub fn apply(self, values: &mut [f32]) -> bool {
        match self {
            Self::None => values.iter().all(|value| value.is_finite()),
            Self::DivideBy(maximum) => {
                // Without an early end, so that several are compared at once.
                let valid = values.iter().fold(true, |valid, value| valid & (0.0..=maximum).contains(value));
                values.iter_mut().for_each(|value| *value /= maximum);
                valid
            }
        }
    }

    /// A raw value as the network takes it.
    ///
    /// # Errors
    /// A predicate, if the value is not finite, or is a pixel outside its range.
    pub fn checked(self, value: f32) -> std::result::Result<f32, String> {
        match self {
            _ if !value.is_finite() => Err("is not a finite number".to_string()),
            Self::None => Ok(value),
            Self::DivideBy(maximum) if (0.0..=maximum).contains(&value) => Ok(value / maximum),
            Self::DivideBy(maximum) => Err(format!("is outside the pixels' range from 0 to {maximum}")),
        }
    }

    /// Whether pixels, as the network takes them, were all from 0 to 1 where they go up to more: as if somebody had
    /// scaled them already. Nothing where all are black.
    pub fn looks_applied_before(self, normalized: &[f32]) -> Option<bool> {
        let Self::DivideBy(maximum) = self else { return Some(false) };
        let one = 1.0 / maximum;
        let is_faint = maximum > 1.0 && normalized.iter().all(|value| *value <= one);
        (!is_faint || normalized.iter().any(|value| *value > 0.0)).then_some(is_faint)
    }
}
