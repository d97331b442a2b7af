//! Confusion matrix.

use serde::{Deserialize, Serialize};

use crate::evaluation::Predictions;

/// Counts `[classes, classes]` by true class (rows) and predicted class (columns). A list of rows
/// in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Vec<u64>>", into = "Vec<Vec<u64>>")]
pub struct ConfusionMatrix {
    rows: Vec<Vec<u64>>,
}

impl ConfusionMatrix {
    /// Counts the rows of `predictions`.
    pub fn new(predictions: &Predictions) -> Self {
        let mut rows = vec![vec![0; predictions.classes()]; predictions.classes()];
        for row in 0..predictions.rows() {
            rows[predictions.label(row)][predictions.predicted(row)] += 1;
        }
        Self { rows }
    }

    /// Counts, one row per true class.
    pub fn rows(&self) -> &[Vec<u64>] {
        &self.rows
    }

    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.rows.len()
    }

    /// Number of rows of `class` that are predicted correctly.
    pub fn correct(&self, class: usize) -> u64 {
        self.rows[class][class]
    }

    /// Number of rows of `class`.
    pub fn support(&self, class: usize) -> u64 {
        self.rows[class].iter().sum()
    }

    /// Number of rows predicted as `class`.
    pub fn predicted(&self, class: usize) -> u64 {
        self.rows.iter().map(|row| row[class]).sum()
    }

    /// Whether `class` neither occurs nor is predicted.
    pub fn is_absent(&self, class: usize) -> bool {
        self.support(class) == 0 && self.predicted(class) == 0
    }

    /// Number of all rows.
    pub fn total(&self) -> u64 {
        self.rows.iter().flatten().sum()
    }

    /// Fraction of rows on the diagonal.
    pub fn accuracy(&self) -> f64 {
        let correct = (0..self.classes()).map(|class| self.correct(class)).sum();
        fraction(correct, self.total())
    }

    /// F1 of `class`: the harmonic mean of precision and recall.
    pub fn f1(&self, class: usize) -> f64 {
        fraction(2 * self.correct(class), self.predicted(class) + self.support(class))
    }

    /// Mean F1 of the classes that occur or are predicted.
    pub fn macro_f1(&self) -> f64 {
        let present: Vec<usize> = (0..self.classes()).filter(|&class| !self.is_absent(class)).collect();
        present.iter().map(|&class| self.f1(class)).sum::<f64>() / present.len().max(1) as f64
    }

    /// Mean recall of the classes that occur.
    pub fn balanced_accuracy(&self) -> f64 {
        let recalls = (0..self.classes()).filter(|&class| self.support(class) > 0);
        let recalls: Vec<f64> = recalls.map(|class| fraction(self.correct(class), self.support(class))).collect();
        recalls.iter().sum::<f64>() / recalls.len().max(1) as f64
    }

    /// Matthews correlation coefficient, from -1 to 1, of any number of classes (Gorodkin 2004); 0 if only one class
    /// occurs or only one is predicted.
    pub fn mcc(&self) -> f64 {
        let correct: u64 = (0..self.classes()).map(|class| self.correct(class)).sum();
        let sum = |product: fn(&Self, usize) -> u64| -> f64 {
            (0..self.classes()).map(|class| product(self, class) as f64).sum()
        };
        let (rows, correct) = (self.total() as f64, correct as f64);
        let covariance = rows * correct - sum(|matrix, class| matrix.predicted(class) * matrix.support(class));
        let of_predicted = rows * rows - sum(|matrix, class| matrix.predicted(class).pow(2));
        let of_truth = rows * rows - sum(|matrix, class| matrix.support(class).pow(2));
        if of_predicted * of_truth == 0.0 { 0.0 } else { covariance / (of_predicted * of_truth).sqrt() }
    }
}

impl TryFrom<Vec<Vec<u64>>> for ConfusionMatrix {
    type Error = &'static str;

    fn try_from(rows: Vec<Vec<u64>>) -> Result<Self, Self::Error> {
        if rows.iter().any(|row| row.len() != rows.len()) {
            return Err("a confusion matrix must have as many columns as rows");
        }
        Ok(Self { rows })
    }
}

impl From<ConfusionMatrix> for Vec<Vec<u64>> {
    fn from(matrix: ConfusionMatrix) -> Self {
        matrix.rows
    }
}

/// Returns `part / whole`, or 0 if `whole` is 0, like scikit-learn's `zero_division=0`.
pub(crate) fn fraction(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
