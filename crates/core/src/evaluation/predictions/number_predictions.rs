//! Predicted numbers and true ones.

use burn_mlp_infer::NumericTarget;

use crate::{Error, Result};

/// Predicted and true numbers `[n, targets]` of at least one row, all finite, in the targets' own units.
#[derive(Debug, Clone)]
pub struct NumberPredictions {
    targets: Vec<NumericTarget>,
    predicted: Vec<f64>,
    truths: Vec<f64>,
    /// True minus predicted, in standard deviations of the rows that trained the model `[n, targets]`.
    standardized_errors: Vec<f64>,
}

impl NumberPredictions {
    /// Creates predictions from the network's `outputs` `[n, targets]` and true numbers `[n, targets]`, row-major.
    ///
    /// # Errors
    /// [`Error::Data`] if there are no rows, the sizes disagree, or an output is not finite.
    pub fn from_outputs(outputs: &[f32], truths: &[f64], targets: &[NumericTarget]) -> Result<Self> {
        let refused = |problem: String| Error::data("predictions", problem);
        if truths.is_empty() || targets.is_empty() {
            return Err(refused("there are no rows to evaluate; choose a split that has rows".to_string()));
        }
        if outputs.len() != truths.len() || !truths.len().is_multiple_of(targets.len()) {
            let (outputs, truths, targets) = (outputs.len(), truths.len(), targets.len());
            return Err(refused(format!("{outputs} outputs do not match {truths} values of {targets} targets")));
        }
        if let Some(place) = outputs.iter().position(|output| !output.is_finite()) {
            let row = place / targets.len();
            let problem = "the model has diverged: train again with a lower learning rate";
            return Err(refused(format!("row {row} has the output {}; {problem}", outputs[place])));
        }
        let value = |(place, &output): (usize, &f32)| targets[place % targets.len()].value(output);
        let predicted: Vec<f64> = outputs.iter().enumerate().map(value).collect();
        let error = |(place, (truth, predicted)): (usize, (&f64, &f64))| {
            (truth - predicted) / targets[place % targets.len()].deviation
        };
        let standardized_errors = truths.iter().zip(&predicted).enumerate().map(error).collect();
        Ok(Self { targets: targets.to_vec(), predicted, truths: truths.to_vec(), standardized_errors })
    }

    /// Puts the rows of several models together, in this order.
    ///
    /// # Errors
    /// [`Error::Data`] if there are no parts, or their targets differ in number.
    pub fn pooled(parts: &[Self]) -> Result<Self> {
        let refused = |problem: &str| Err(Error::data("predictions", problem));
        let Some(first) = parts.first() else {
            return refused("there are no rows to evaluate; choose a split that has rows");
        };
        if parts.iter().any(|part| part.targets.len() != first.targets.len()) {
            return refused("models of different numbers of targets cannot be evaluated together");
        }
        let all = |of: fn(&Self) -> &Vec<f64>| parts.iter().flat_map(|part| of(part).iter().copied()).collect();
        Ok(Self {
            targets: first.targets.clone(),
            predicted: all(|part| &part.predicted),
            truths: all(|part| &part.truths),
            standardized_errors: all(|part| &part.standardized_errors),
        })
    }

    /// Number of rows, at least 1.
    pub fn rows(&self) -> usize {
        self.truths.len() / self.targets.len()
    }

    /// The targets, at least one.
    pub fn targets(&self) -> &[NumericTarget] {
        &self.targets
    }

    /// True numbers of `row`, `[targets]`.
    pub fn truth(&self, row: usize) -> &[f64] {
        &self.truths[row * self.targets.len()..(row + 1) * self.targets.len()]
    }

    /// Predicted numbers of `row`, `[targets]`.
    pub fn predicted(&self, row: usize) -> &[f64] {
        &self.predicted[row * self.targets.len()..(row + 1) * self.targets.len()]
    }

    /// True and predicted numbers of the target at `place`, `[n]` each.
    pub fn of_target(&self, place: usize) -> (Vec<f64>, Vec<f64>) {
        let rows = 0..self.rows();
        rows.map(|row| (self.truth(row)[place], self.predicted(row)[place])).unzip()
    }

    /// The errors of `row`, true minus predicted, in standard deviations of the training rows, `[targets]`.
    pub fn standardized_errors(&self, row: usize) -> impl Iterator<Item = f64> {
        self.standardized_errors[row * self.targets.len()..(row + 1) * self.targets.len()].iter().copied()
    }
}
