//! How numbers are scaled.

use serde::{Deserialize, Serialize};

use super::normal::normal_quantile;

/// How a number becomes a feature, by statistics of the training rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Scaling {
    /// `x`
    None,
    /// `(x - mean) / deviation`
    Standard { mean: f64, deviation: f64 },
    /// `z / sqrt(1 + (z / 3)^2)`, which lies within -3 and 3, of `z = (x - median) / width`; the width is the range
    /// between the quartiles (RealMLP, Holzmüller et al. 2024).
    Robust { median: f64, width: f64 },
    /// The number that has as large a share of a normal distribution below it as `x` has of the training rows, whose
    /// `quantiles` at equal steps from 0 to 1 ascend. Between two of them the share is interpolated; that of a number
    /// which several of them are is the mean of theirs.
    Quantile { quantiles: Vec<f64> },
}

impl Scaling {
    /// The feature of a number.
    pub fn feature(&self, number: f64) -> f32 {
        let feature = match self {
            Self::None => number,
            Self::Standard { mean, deviation } => (number - mean) / deviation,
            Self::Robust { median, width } => {
                let distance = (number - median) / width;
                // The square of a large distance would overflow.
                distance / libm::hypot(1.0, distance / 3.0)
            }
            Self::Quantile { quantiles } => normal_quantile(share_below(quantiles, number)),
        };
        feature as f32
    }

    /// A number in the middle of the training rows; 0 if none is known.
    pub fn centre(&self) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Standard { mean, .. } => *mean,
            Self::Robust { median, .. } => *median,
            Self::Quantile { quantiles } => quantiles.get(quantiles.len() / 2).copied().unwrap_or_default(),
        }
    }

    /// Whether every number has a feature.
    pub(super) fn is_usable(&self) -> bool {
        match self {
            Self::None => true,
            Self::Standard { mean: centre, deviation: width } | Self::Robust { median: centre, width } => {
                centre.is_finite() && width.is_finite() && *width > 0.0
            }
            Self::Quantile { quantiles } => {
                quantiles.len() > 1 && quantiles.is_sorted() && quantiles.iter().all(|quantile| quantile.is_finite())
            }
        }
    }
}

/// The share of the training rows below a number, from 0 to 1.
fn share_below(quantiles: &[f64], number: f64) -> f64 {
    let last = quantiles.len() - 1;
    if number <= quantiles[0] {
        return 0.0;
    }
    if number >= quantiles[last] {
        return 1.0;
    }
    let above = quantiles.partition_point(|quantile| *quantile < number);
    let place = match quantiles.partition_point(|quantile| *quantile <= number) {
        // Between two of them.
        beyond if beyond == above => {
            let (low, high) = (quantiles[above - 1], quantiles[above]);
            (above - 1) as f64 + (number - low) / (high - low)
        }
        beyond => (above + beyond - 1) as f64 / 2.0,
    };
    place / last as f64
}

#[cfg(test)]
#[path = "scaling_tests.rs"]
mod tests;
