//! Mean and deviation of a metric over runs.

use serde::{Deserialize, Serialize};

/// Mean and sample standard deviation of values.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Spread {
    pub mean: f64,
    /// With n - 1 as the divisor; `None` of a single value.
    pub deviation: Option<f64>,
    /// Number of values, at least 1.
    pub count: usize,
}

impl Spread {
    /// Returns `None` without values.
    pub fn of(values: &[f64]) -> Option<Self> {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = (values.len() > 1).then(|| (squares / (n - 1.0)).sqrt());
        (!values.is_empty()).then_some(Self { mean, deviation, count: values.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deviation_is_that_of_a_sample() {
        assert_eq!(Spread::of(&[1.0, 2.0, 3.0]), Some(Spread { mean: 2.0, deviation: Some(1.0), count: 3 }));
        assert_eq!(Spread::of(&[4.0]), Some(Spread { mean: 4.0, deviation: None, count: 1 }));
        assert_eq!(Spread::of(&[]), None);
    }
}
