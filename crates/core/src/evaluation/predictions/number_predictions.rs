//! Predicted numbers and true ones.

use burn_mlp_infer::NumericTarget;

use crate::{Error, Result};

/// Predicted and true numbers `[n, targets]` of at least one row, all finite, in the targets' own units.
#[derive(Debug, Clone)]
pub struct NumberPredictions {
    targets: Vec<NumericTarget>,
    predicted: Vec<f64>,
    truths: Vec<f64>,
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
        let predicted = outputs.iter().enumerate().map(value).collect();
        Ok(Self { targets: targets.to_vec(), predicted, truths: truths.to_vec() })
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
        let pairs = self.truth(row).iter().zip(self.predicted(row)).zip(&self.targets);
        pairs.map(|((truth, predicted), target)| (truth - predicted) / target.deviation)
    }
}
