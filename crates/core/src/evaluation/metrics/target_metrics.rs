//! Metrics of one predicted number.

use serde::{Deserialize, Serialize};

/// Parts of equal size, by the true value, whose errors are reported.
const PARTS: usize = 10;

/// Metrics of one target, in its own unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetMetrics {
    /// Name of the target's column.
    pub name: String,
    /// Root of the mean squared error.
    pub rmse: f64,
    /// Mean absolute error.
    pub mae: f64,
    /// Median absolute error.
    pub median_error: f64,
    /// Mean of the predicted minus the true value.
    pub bias: f64,
    /// Coefficient of determination: 1 minus the squared error by that of the rows' mean. `None` if all rows have the
    /// same value.
    pub r2: Option<f64>,
    /// Mean absolute error as a fraction of the true value. `None` if a true value is 0.
    pub mape: Option<f64>,
    /// How well a quantile is predicted; `None` unless the model was trained to predict one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub predicted_quantile: Option<PredictedQuantile>,
    /// The rows in parts of equal size, from the lowest true values to the highest.
    pub quantiles: Vec<QuantileMetrics>,
}

/// Metrics of a predicted quantile.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PredictedQuantile {
    /// The quantile asked for, from 0 to 1.
    pub quantile: f64,
    /// Mean pinball loss (Koenker, Bassett 1978), in the target's own unit.
    pub pinball_loss: f64,
    /// Share of the true values at or below the prediction: `quantile`, if that is right.
    pub coverage: f64,
}

/// Errors of the rows whose true values lie next to one another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuantileMetrics {
    /// Range of the true values.
    pub lowest: f64,
    pub highest: f64,
    pub samples: usize,
    pub rmse: f64,
    /// Mean of the predicted minus the true value.
    pub bias: f64,
}

impl TargetMetrics {
    /// Computes the metrics of at least one row, whose predictions are the `quantile` if there is one.
    pub(crate) fn new(name: &str, truths: &[f64], predicted: &[f64], quantile: Option<f64>) -> Self {
        let n = truths.len() as f64;
        let mean_of = |value: &dyn Fn(f64, f64) -> f64| {
            truths.iter().zip(predicted).map(|(&truth, &predicted)| value(truth, predicted)).sum::<f64>() / n
        };
        let mean = mean_of(&|truth, _| truth);
        let (squared, variance) = (mean_of(&|truth, it| (it - truth).powi(2)), mean_of(&|it, _| (it - mean).powi(2)));
        let is_constant = truths.iter().all(|truth| *truth == truths[0]);
        let has_zero = truths.contains(&0.0);
        Self {
            name: name.to_string(),
            rmse: squared.sqrt(),
            mae: mean_of(&|truth, it| (it - truth).abs()),
            median_error: median(truths.iter().zip(predicted).map(|(truth, it)| (it - truth).abs()).collect()),
            bias: mean_of(&|truth, it| it - truth),
            r2: (!is_constant && variance > 0.0).then(|| 1.0 - squared / variance),
            mape: (!has_zero).then(|| mean_of(&|truth, it| ((it - truth) / truth).abs())),
            predicted_quantile: quantile.map(|quantile| PredictedQuantile {
                quantile,
                pinball_loss: mean_of(&|truth, it| (quantile * (truth - it)).max((quantile - 1.0) * (truth - it))),
                coverage: mean_of(&|truth, it| if truth <= it { 1.0 } else { 0.0 }),
            }),
            quantiles: quantiles(truths, predicted),
        }
    }
}

fn quantiles(truths: &[f64], predicted: &[f64]) -> Vec<QuantileMetrics> {
    let mut rows: Vec<usize> = (0..truths.len()).collect();
    rows.sort_by(|&one, &other| truths[one].total_cmp(&truths[other]));
    let parts = PARTS.min(rows.len());
    let part = |part: usize| {
        let rows = &rows[part * rows.len() / parts..(part + 1) * rows.len() / parts];
        let errors = || rows.iter().map(|&row| predicted[row] - truths[row]);
        let n = rows.len() as f64;
        QuantileMetrics {
            lowest: truths[rows[0]],
            highest: truths[rows[rows.len() - 1]],
            samples: rows.len(),
            rmse: (errors().map(|error| error * error).sum::<f64>() / n).sqrt(),
            bias: errors().sum::<f64>() / n,
        }
    };
    (0..parts).map(part).collect()
}

/// The median of at least one value: the mean of the middle two of an even count.
fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len().is_multiple_of(2) {
        true => (values[middle - 1] + values[middle]) / 2.0,
        false => values[middle],
    }
}
