//! How the numbers of a column become features.

use std::ops::Not;

use serde::{Deserialize, Serialize};

use super::cycle::Cycle;
use super::scaling::Scaling;

/// The features of a number: itself, scaled; the sine and the cosine of each cycle, if it is a time; how much of each bin
/// lies below it; and whether it is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Numbers {
    pub scaling: Scaling,
    /// Those of a date in days since 1970, or of a time of day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cycles: Vec<Cycle>,
    /// The edges of the bins, ascending; empty without bins. Between edges `a` and `b`, the feature of `x` is
    /// `(x - a) / (b - a)`, limited to 0 and 1: the piecewise linear encoding of Gorishniy et al. 2022 (arXiv 2203.05556,
    /// eq. 1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edges: Vec<f64>,
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
        Self { scaling, cycles: Vec::new(), edges: Vec::new(), lowest, highest, missing: None, indicator: false }
    }

    /// A number such as the training rows have.
    pub fn usual(&self) -> f64 {
        self.missing.unwrap_or(self.lowest)
    }

    /// Number of features.
    pub fn features(&self) -> usize {
        self.first_bin() + self.bins() + usize::from(self.indicator)
    }

    /// Number of bins.
    pub fn bins(&self) -> usize {
        self.edges.len().saturating_sub(1)
    }

    /// The index of the first bin's feature.
    pub fn first_bin(&self) -> usize {
        1 + 2 * self.cycles.len()
    }

    /// Names the features of the column `name`.
    pub(super) fn feature_names(&self, name: &str) -> Vec<String> {
        let cycles = self.cycles.iter();
        let cycles = cycles.flat_map(|cycle| ["sine", "cosine"].map(|part| format!("{name}, {part} of the {cycle}")));
        let bins = self.edges.windows(2).map(|edges| format!("{name} from {} to {}", edges[0], edges[1]));
        let missing = self.indicator.then(|| format!("{name} is missing"));
        [name.to_string()].into_iter().chain(cycles).chain(bins).chain(missing).collect()
    }

    /// Writes the features of a number, or of a missing value, to `features`, which are 0 before.
    #[inline]
    pub fn write(&self, number: Option<f64>, features: &mut [f32]) {
        let given = number.or(self.missing).unwrap_or(f64::NAN);
        features[0] = self.scaling.feature(given);
        for (cycle, place) in self.cycles.iter().zip(features[1..].chunks_exact_mut(2)) {
            place.copy_from_slice(&cycle.sine_and_cosine(given));
        }
        let (first_bin, bins) = (self.first_bin(), self.bins());
        for (edges, share) in self.edges.windows(2).zip(&mut features[first_bin..]) {
            *share = ((given - edges[0]) / (edges[1] - edges[0])).clamp(0.0, 1.0) as f32;
        }
        if self.indicator {
            features[first_bin + bins] = f32::from(number.is_none());
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
        let edges = self.edges.iter().copied();
        // A width that overflows would make every feature 0.
        let ascend = self.edges.windows(2).all(|edges| edges[0] < edges[1] && (edges[1] - edges[0]).is_finite());
        numbers.into_iter().chain(edges).all(f64::is_finite) && ascend && self.scaling.is_usable()
    }
}
