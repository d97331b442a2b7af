//! Class weights of the training loss.

use serde::{Deserialize, Serialize};

use super::enums::ClassWeighting;
use crate::{Error, Result};

/// Weight of a row in the training loss, by its class. Reported losses are unweighted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ClassWeights {
    /// Weights from a rule.
    Named(ClassWeighting),
    /// One weight per class, in the order of the classes.
    Each(Vec<f64>),
}

impl ClassWeights {
    /// Returns the weight of each class for training rows with these `counts`; `None` if all
    /// weights are equal.
    ///
    /// Balanced weights are those of scikit-learn: n / (classes * count), over the classes that
    /// have rows.
    ///
    /// # Errors
    /// [`Error::Config`] if the number of weights is not the number of classes.
    pub fn of_classes(&self, counts: &[usize]) -> Result<Option<Vec<f64>>> {
        match self {
            Self::Named(ClassWeighting::None) => Ok(None),
            Self::Named(ClassWeighting::Balanced) => {
                let rows: usize = counts.iter().sum();
                let present = counts.iter().filter(|&&count| count > 0).count();
                let weight = |&count: &usize| if count == 0 { 0.0 } else { rows as f64 / (present * count) as f64 };
                Ok(Some(counts.iter().map(weight).collect()))
            }
            Self::Each(weights) if weights.len() == counts.len() => Ok(Some(weights.clone())),
            Self::Each(weights) => {
                let problem = format!("has {} weights; the data has {} classes", weights.len(), counts.len());
                Err(Error::config("training.class_weights", problem))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn balanced_weights_agree_with_scikit_learn() {
        // sklearn.utils.class_weight.compute_class_weight("balanced", ...) on 6, 3 and 1 rows.
        let balanced = ClassWeights::Named(ClassWeighting::Balanced);
        let weights = balanced.of_classes(&[6, 3, 1]).unwrap().unwrap();
        for (weight, expected) in weights.iter().zip([0.5555555555555556, 1.1111111111111112, 3.3333333333333335]) {
            assert!((weight - expected).abs() < 1e-12);
        }
        assert_eq!(balanced.of_classes(&[2, 0, 2]).unwrap().unwrap(), [1.0, 0.0, 1.0]);
    }

    #[test]
    fn there_must_be_one_given_weight_per_class() {
        let given = ClassWeights::Each(vec![1.0, 2.0]);
        assert_eq!(given.of_classes(&[5, 5]).unwrap(), Some(vec![1.0, 2.0]));
        let error = given.of_classes(&[5, 5, 5]).unwrap_err();
        assert_eq!(error.to_string(), "training.class_weights has 2 weights; the data has 3 classes");
        assert_eq!(error.exit_code(), 2);
        assert_eq!(ClassWeights::Named(ClassWeighting::None).of_classes(&[1]).unwrap(), None);
    }
}
