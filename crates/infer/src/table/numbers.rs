//! How the numbers of a column become features.

use std::ops::Not;

use serde::{Deserialize, Serialize};

use super::cycle::Cycle;
use super::scaling::Scaling;

/// The features of a number: itself, scaled; the sine and the cosine of each cycle, if it is a time; and whether it is
/// missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    pub scaling: Scaling,
    /// Those of a date in days since 1970, or of a time of day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cycles: Vec<Cycle>,
    /// Range of the training rows.
    pub lowest: f64,
    pub highest: f64,
    /// Replaces a missing value, which is otherwise refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<f64>,
    /// Whether the last feature is 1 where the value is missing.
    #[serde(default, skip_serializing_if = "Not::not")]
    pub indicator: bool,
}

impl Numbers {
    /// Creates the encoding of numbers in this range, none of which may be missing.
    pub fn new(scaling: Scaling, (lowest, highest): (f64, f64)) -> Self {
        Self { scaling, cycles: Vec::new(), lowest, highest, missing: None, indicator: false }
    }

    /// A number such as the training rows have.
    pub fn usual(&self) -> f64 {
        self.missing.unwrap_or(self.lowest)
    }

    /// Number of features.
    pub fn features(&self) -> usize {
        1 + 2 * self.cycles.len() + usize::from(self.indicator)
    }

    /// Names the features of the column `name`.
    pub(super) fn feature_names(&self, name: &str) -> Vec<String> {
        let cycles = self.cycles.iter();
        let cycles = cycles.flat_map(|cycle| ["sine", "cosine"].map(|part| format!("{name}, {part} of the {cycle}")));
        let missing = self.indicator.then(|| format!("{name} is missing"));
        [name.to_string()].into_iter().chain(cycles).chain(missing).collect()
    }

    /// Writes the features of a number, or of a missing value, to `features`, which are 0 before.
    #[inline]
    pub fn write(&self, number: Option<f64>, features: &mut [f32]) {
        let given = number.or(self.missing).unwrap_or(f64::NAN);
        features[0] = self.scaling.feature(given);
        for (cycle, place) in self.cycles.iter().zip(features[1..].chunks_exact_mut(2)) {
            place.copy_from_slice(&cycle.sine_and_cosine(given));
        }
        if self.indicator {
            features[1 + 2 * self.cycles.len()] = f32::from(number.is_none());
        }
    }

    /// Whether a number lies outside the training rows' range by more than the range's own width.
    #[inline]
    pub(crate) fn is_far(&self, number: f64) -> bool {
        let width = self.highest - self.lowest;
        number < self.lowest - width || number > self.highest + width
    }

    pub(super) fn is_usable(&self) -> bool {
        let numbers = [self.lowest, self.highest].into_iter().chain(self.missing);
        numbers.into_iter().all(f64::is_finite) && self.scaling.is_usable()
    }
}
