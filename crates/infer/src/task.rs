//! What a model predicts.

use serde::{Deserialize, Serialize};

/// What a model predicts of each row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Task {
    /// One of several classes.
    Classification {
        /// The name of each class index.
        class_names: Vec<String>,
    },
    /// Numbers.
    Regression {
        /// One for each output of the network.
        targets: Vec<NumericTarget>,
    },
}

/// A number that a model predicts: `mean + deviation * output`, with the statistics of the training rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumericTarget {
    /// Name of its column.
    pub name: String,
    pub mean: f64,
    /// Standard deviation without Bessel's correction; 1 if all rows have the same value.
    pub deviation: f64,
    /// Range of the training rows.
    pub lowest: f64,
    pub highest: f64,
    /// Whether predictions are clipped to this range.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clip: bool,
}

impl NumericTarget {
    /// Computes the statistics of the training rows' `values`, of which there is at least one.
    pub fn fit(name: impl Into<String>, values: impl Iterator<Item = f64> + Clone, clip: bool) -> Self {
        let (lowest, highest) = values
            .clone()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let count = values.clone().count() as f64;
        let mean = values.clone().sum::<f64>() / count;
        let deviation = (values.map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt();
        // The computed mean of equal values may differ from them by rounding.
        let (mean, deviation) = if lowest == highest { (lowest, 1.0) } else { (mean, deviation) };
        let deviation = if deviation > 0.0 { deviation } else { 1.0 };
        Self { name: name.into(), mean, deviation, lowest, highest, clip }
    }

    /// The network's output that means `value`.
    pub fn standardized(&self, value: f64) -> f32 {
        ((value - self.mean) / self.deviation) as f32
    }

    /// The value that the network's `output` means.
    pub fn value(&self, output: f32) -> f64 {
        let value = self.mean + self.deviation * f64::from(output);
        if self.clip { value.clamp(self.lowest, self.highest) } else { value }
    }

    fn is_usable(&self) -> bool {
        let numbers = [self.mean, self.deviation, self.lowest, self.highest];
        numbers.iter().all(|number| number.is_finite()) && self.deviation > 0.0 && self.lowest <= self.highest
    }
}

impl Task {
    /// Number of the network's outputs: the classes, or the targets.
    pub fn outputs(&self) -> usize {
        match self {
            Self::Classification { class_names } => class_names.len(),
            Self::Regression { targets } => targets.len(),
        }
    }

    /// The names of the classes; none in regression.
    pub fn class_names(&self) -> &[String] {
        match self {
            Self::Classification { class_names } => class_names,
            Self::Regression { .. } => &[],
        }
    }

    /// The numbers to predict; none in classification.
    pub fn targets(&self) -> &[NumericTarget] {
        match self {
            Self::Classification { .. } => &[],
            Self::Regression { targets } => targets,
        }
    }

    /// Refuses a task that no model can have.
    ///
    /// # Errors
    /// Returns a sentence.
    pub(crate) fn check(&self) -> Result<(), String> {
        match self {
            Self::Classification { class_names } if class_names.len() < 2 => {
                Err("its metadata does not describe a classifier".to_string())
            }
            Self::Regression { targets } if targets.is_empty() || !targets.iter().all(NumericTarget::is_usable) => {
                Err("its metadata does not describe numbers to predict".to_string())
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(values: &[f64], clip: bool) -> NumericTarget {
        NumericTarget::fit("y", values.iter().copied(), clip)
    }

    #[test]
    fn a_target_has_the_mean_and_the_deviation_of_its_rows() {
        // NumPy: mean, std, min and max of [1, 2, 4, 9].
        let target = fitted(&[1.0, 2.0, 4.0, 9.0], false);
        assert_eq!((target.mean, target.lowest, target.highest), (4.0, 1.0, 9.0));
        assert!((target.deviation - 3.0822070014844885).abs() < 1e-12);
        assert_eq!(target.value(target.standardized(7.0)) as f32, 7.0);
        assert_eq!(fitted(&[0.1; 3], false), NumericTarget { deviation: 1.0, ..fitted(&[0.1], false) });
    }

    #[test]
    fn clipped_predictions_stay_within_the_training_range() {
        let outputs = |clip| [-10.0, 0.0, 10.0].map(|output| fitted(&[1.0, 3.0], clip).value(output));
        assert_eq!(outputs(true), [1.0, 2.0, 3.0]);
        assert_eq!(outputs(false), [-8.0, 2.0, 12.0]);
    }
}
