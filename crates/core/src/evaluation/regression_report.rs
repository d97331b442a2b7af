//! All metrics of the numbers predicted for one split.

use serde::{Deserialize, Serialize};

use super::metrics::worst_mistakes::MAX_MISTAKES;
use super::{NumberPredictions, TargetMetrics};
use crate::config::{NumberLoss, Selection};
use crate::data::Origin;

/// Entry of one split in `evaluation.json` where numbers are predicted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegressionReport {
    /// Number of rows, at least 1.
    pub samples: usize,
    /// Mean loss over rows and targets, of standardised targets.
    pub loss: f64,
    /// Root of the mean squared error of all standardised targets, in standard deviations of the training rows.
    pub standardized_rmse: f64,
    /// Metrics of each target, at least one.
    pub targets: Vec<TargetMetrics>,
    /// Rows with the largest errors, largest first.
    pub worst: Vec<NumberError>,
    /// What the rows have chosen; the caller sets it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used_for_selection: Vec<Selection>,
}

/// A row with a large error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NumberError {
    /// Index of the row in the split, from 0.
    pub index: usize,
    /// Where the row is from; the caller sets it if it is known.
    #[serde(flatten)]
    pub origin: Origin,
    /// True numbers `[targets]`.
    #[serde(rename = "true")]
    pub truth: Vec<f64>,
    /// Predicted numbers `[targets]`.
    pub predicted: Vec<f64>,
}

impl RegressionReport {
    /// Evaluates `predictions`, whose loss was `loss`.
    pub fn new(predictions: &NumberPredictions, loss: NumberLoss) -> Self {
        let values = (predictions.rows() * predictions.targets().len()) as f64;
        let mean = |value: &dyn Fn(f64) -> f64| {
            let rows = 0..predictions.rows();
            rows.flat_map(|row| predictions.standardized_errors(row)).map(value).sum::<f64>() / values
        };
        let target = |(place, target): (usize, &burn_mlp_infer::NumericTarget)| {
            let (truths, predicted) = predictions.of_target(place);
            TargetMetrics::new(&target.name, &truths, &predicted, loss.predicted_quantile())
        };
        Self {
            samples: predictions.rows(),
            loss: mean(&|error| loss.of_error(error)),
            standardized_rmse: mean(&|error| error * error).sqrt(),
            targets: predictions.targets().iter().enumerate().map(target).collect(),
            worst: worst(predictions),
            used_for_selection: Vec::new(),
        }
    }

    /// Root of the mean squared error: of the only target in its own unit, of several in standard deviations of the
    /// training rows.
    pub fn rmse(&self) -> f64 {
        match &self.targets[..] {
            [target] => target.rmse,
            _ => self.standardized_rmse,
        }
    }
}

/// Returns the rows with the largest standardised errors (ties: the lower row first).
fn worst(predictions: &NumberPredictions) -> Vec<NumberError> {
    let size = |row: usize| predictions.standardized_errors(row).map(|error| error * error).sum::<f64>();
    let mut rows: Vec<(f64, usize)> = (0..predictions.rows()).map(|row| (size(row), row)).collect();
    rows.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    rows.truncate(MAX_MISTAKES);
    let error = |(_, row): (f64, usize)| NumberError {
        index: row,
        origin: Origin::default(),
        truth: predictions.truth(row).to_vec(),
        predicted: predictions.predicted(row).to_vec(),
    };
    rows.into_iter().map(error).collect()
}

#[cfg(test)]
mod tests {
    use burn_mlp_infer::NumericTarget;

    use super::*;
    use crate::config::{RegressionLoss, RunConfig};

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{found}, expected {expected}");
    }

    /// Predictions of the targets `[n]` with deviations of 1 and means of 0.
    fn predictions(truths: &[f64], outputs: &[f32], names: &[&str]) -> NumberPredictions {
        let target = |name: &&str| NumericTarget {
            mean: 0.0,
            deviation: 1.0,
            ..NumericTarget::fit(*name, [0.0, 1.0].into_iter(), false)
        };
        let targets: Vec<NumericTarget> = names.iter().map(target).collect();
        NumberPredictions::from_outputs(outputs, truths, &targets).unwrap()
    }

    #[test]
    fn metrics_are_those_of_scikit_learn() {
        // scikit-learn 1.9: root_mean_squared_error, mean_absolute_error, median_absolute_error, r2_score and
        // mean_absolute_percentage_error of these values.
        let truths = [3.0, -0.5, 2.0, 7.0, 4.25];
        let report = RegressionReport::new(
            &predictions(&truths, &[2.5, 0.0, 2.0, 8.0, 5.0], &["y"]),
            RunConfig::default().training.number_loss(),
        );
        let metrics = &report.targets[0];
        near(report.rmse(), 0.6422616289332564);
        near(report.loss, 0.4125);
        near(metrics.mae, 0.55);
        near(metrics.median_error, 0.5);
        near(metrics.r2.unwrap(), 0.9328175895765473);
        near(metrics.mape.unwrap(), 0.2971988795518207);
        near(metrics.bias, 0.35);
        assert_eq!(metrics.quantiles.len(), 5);
        assert_eq!((metrics.quantiles[0].lowest, metrics.quantiles[0].bias), (-0.5, 0.5));
        assert_eq!(report.worst[0].index, 3);
    }

    #[test]
    fn a_predicted_quantile_has_a_pinball_loss_and_a_coverage_in_the_targets_unit() {
        let truths = [3.0, -0.5, 2.0, 7.0, 4.25];
        let predictions = predictions(&truths, &[2.5, 0.0, 2.0, 8.0, 5.0], &["y"]);
        let mut config = RunConfig::default();
        let report = RegressionReport::new(&predictions, config.training.number_loss());
        assert_eq!(report.targets[0].predicted_quantile, None);
        config.training.loss = RegressionLoss::Quantile;
        // scikit-learn 1.9.1: mean_pinball_loss(truths, predicted, alpha=quantile).
        for (quantile, pinball_loss) in [(0.9, 0.13499999999999998), (0.5, 0.275), (0.1, 0.41500000000000004)] {
            config.training.quantile = quantile;
            let report = RegressionReport::new(&predictions, config.training.number_loss());
            let predicted = report.targets[0].predicted_quantile.unwrap();
            near(predicted.pinball_loss, pinball_loss);
            assert_eq!((predicted.quantile, predicted.coverage), (quantile, 0.8), "a tie is covered");
        }
    }

    #[test]
    fn the_pinball_loss_is_not_that_of_standardised_numbers() {
        let target =
            NumericTarget { mean: 10.0, deviation: 4.0, ..NumericTarget::fit("y", [0.0, 1.0].into_iter(), false) };
        let predictions = NumberPredictions::from_outputs(&[0.0, 1.0], &[12.0, 12.0], &[target]).unwrap();
        let mut config = RunConfig::default();
        (config.training.loss, config.training.quantile) = (RegressionLoss::Quantile, 0.9);
        let report = RegressionReport::new(&predictions, config.training.number_loss());
        // scikit-learn 1.9.1: mean_pinball_loss([12, 12], [10, 14], alpha=0.9).
        near(report.targets[0].predicted_quantile.unwrap().pinball_loss, 1.0);
        near(report.loss, 0.25);
    }

    #[test]
    fn metrics_that_are_not_defined_are_left_out() {
        let loss = RunConfig::default().training.number_loss();
        let report = RegressionReport::new(&predictions(&[0.0, 0.0], &[1.0, 2.0], &["y"]), loss);
        assert_eq!((report.targets[0].r2, report.targets[0].mape), (None, None));
    }

    #[test]
    fn the_errors_of_several_targets_are_compared_in_their_deviations() {
        let loss = RunConfig::default().training.number_loss();
        let report =
            RegressionReport::new(&predictions(&[1.0, 2.0, 3.0, 4.0], &[1.0, 1.0, 3.0, 1.0], &["a", "b"]), loss);
        near(report.rmse(), (10.0_f64 / 4.0).sqrt());
        assert_eq!((report.targets[0].rmse, report.targets[1].mae), (0.0, 2.0));
        assert_eq!(report.worst[0].truth, [3.0, 4.0]);
    }

    #[test]
    fn each_loss_has_its_formula() {
        let loss = |kind| {
            let mut config = RunConfig::default();
            (config.training.loss, config.training.huber_delta, config.training.quantile) = (kind, 1.5, 0.9);
            let predictions = predictions(&[0.0, 2.0, 5.0], &[1.0, 2.5, 2.0], &["y"]);
            RegressionReport::new(&predictions, config.training.number_loss()).loss
        };
        // PyTorch 2.12: F.mse_loss, F.l1_loss, F.huber_loss(delta=1.5); scikit-learn 1.9: mean_pinball_loss(alpha=0.9).
        near(loss(RegressionLoss::Mse), 10.25 / 3.0);
        near(loss(RegressionLoss::Mae), 1.5);
        near(loss(RegressionLoss::Huber), 4.0 / 3.0);
        near(loss(RegressionLoss::Quantile), 0.95);
    }
}
