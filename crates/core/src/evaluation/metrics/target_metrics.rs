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
    /// The rows in parts of equal size, from the lowest true values to the highest.
    pub quantiles: Vec<QuantileMetrics>,
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
    /// Computes the metrics of at least one row.
    pub(crate) fn new(name: &str, truths: &[f64], predicted: &[f64]) -> Self {
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
