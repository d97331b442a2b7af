//! What a model predicts for the validation rows, to be compared between backends.

use serde::{Deserialize, Serialize};

/// Maximum difference of numbers that count as the same, in standard deviations of the target.
pub const NUMBER_TOLERANCE: f32 = 1e-3;

/// What a trial's model predicts for each validation row after the last epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValidPredictions {
    /// Class indices `[n]`.
    Classes(Vec<usize>),
    /// Standardised numbers `[n][targets]`.
    Numbers(Vec<Vec<f32>>),
}

impl ValidPredictions {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        match self {
            Self::Classes(classes) => classes.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    /// Returns the number of rows with another class, or with a number that differs by more than [`NUMBER_TOLERANCE`];
    /// rows that only one of the two has count, too.
    pub(super) fn different_from(&self, other: &Self) -> usize {
        let different = match (self, other) {
            (Self::Classes(one), Self::Classes(other)) => one.iter().zip(other).filter(|(a, b)| a != b).count(),
            (Self::Numbers(one), Self::Numbers(other)) => {
                one.iter().zip(other).filter(|(a, b)| !is_close(a, b)).count()
            }
            _ => self.rows().min(other.rows()),
        };
        different + self.rows().abs_diff(other.rows())
    }
}

/// NaN is not close to anything.
fn is_close(one: &[f32], other: &[f32]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| (a - b).abs() <= NUMBER_TOLERANCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_differ_from_a_thousandth_of_the_deviation_on() {
        let numbers = |second: f32| ValidPredictions::Numbers(vec![vec![0.5, 1.0], vec![0.0, second]]);
        assert_eq!(numbers(1.0).different_from(&numbers(1.0009)), 0);
        assert_eq!(numbers(1.0).different_from(&numbers(0.9989)), 1);
        assert_eq!(numbers(1.0).different_from(&numbers(f32::NAN)), 1);
        assert_eq!(numbers(1.0).different_from(&ValidPredictions::Numbers(Vec::new())), 2, "missing rows");
        assert_eq!(numbers(1.0).different_from(&ValidPredictions::Classes(vec![1, 2])), 2);
    }
}
