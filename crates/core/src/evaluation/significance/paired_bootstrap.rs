//! The paired bootstrap: do the errors of two models on the same rows differ by more than chance? Efron and Tibshirani
//! 1993, "An Introduction to the Bootstrap", chapters 13 (percentile interval) and 15 (significance).

use serde::Serialize;

use crate::data::random::{Purpose, below, stream};

/// Resamples, as is common for percentile intervals.
const RESAMPLES: usize = 10_000;

/// Rows drawn at most; very many rows have fewer resamples, at least [`MIN_RESAMPLES`].
const MAX_DRAWS: usize = 1_000_000_000;
const MIN_RESAMPLES: usize = 1_000;

/// Percentiles of the interval.
const INTERVAL: [f64; 2] = [0.025, 0.975];

/// The difference of the root mean squared errors (RMSE) of two models, with its bootstrap distribution over rows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RmseDifference {
    pub first_rmse: f64,
    pub second_rmse: f64,
    /// That of the second model minus that of the first.
    pub difference: f64,
    /// 95 % percentile interval of `difference`.
    pub interval: [f64; 2],
    /// Two-sided: twice the share of resamples in which the better model is not better. At least 2 in the number of
    /// resamples plus 1, at most 1.
    pub p_value: f64,
    pub resamples: usize,
}

impl RmseDifference {
    /// Resamples rows with replacement, the same rows for both models, each with the squared errors `(first, second)`.
    /// Returns `None` without rows, or if an error is so large that its square is not finite.
    pub fn new(squared_errors: &[(f64, f64)]) -> Option<Self> {
        let rows = squared_errors.len();
        let rmse = |sum: f64| (sum / rows as f64).sqrt();
        let sums = squared_errors.iter().fold((0.0, 0.0), |sums, row| (sums.0 + row.0, sums.1 + row.1));
        let (first_rmse, second_rmse) = (rmse(sums.0), rmse(sums.1));
        if rows == 0 || !first_rmse.is_finite() || !second_rmse.is_finite() {
            return None;
        }
        let resamples = (MAX_DRAWS / rows).clamp(MIN_RESAMPLES, RESAMPLES);
        let mut generator = stream(0, Purpose::Bootstrap, 0);
        let mut resampled = || {
            let (mut first, mut second) = (0.0, 0.0);
            for _ in 0..rows {
                let row = squared_errors[below(rows as u64, &mut generator) as usize];
                (first, second) = (first + row.0, second + row.1);
            }
            rmse(second) - rmse(first)
        };
        let mut differences: Vec<f64> = (0..resamples).map(|_| resampled()).collect();
        differences.sort_unstable_by(f64::total_cmp);
        Some(Self {
            first_rmse,
            second_rmse,
            difference: second_rmse - first_rmse,
            interval: INTERVAL.map(|level| percentile(&differences, level)),
            p_value: p_value(&differences),
            resamples,
        })
    }
}

/// The smallest of `sorted` that is at least as large as a share of `level` of them.
fn percentile(sorted: &[f64], level: f64) -> f64 {
    let rank = (level * sorted.len() as f64).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}

/// Counts the sample itself as a resample, so that no p-value is 0.
fn p_value(differences: &[f64]) -> f64 {
    let share = |is_counted: fn(&f64) -> bool| {
        (1 + differences.iter().filter(|difference| is_counted(difference)).count()) as f64
            / (1 + differences.len()) as f64
    };
    (2.0 * share(|difference| *difference <= 0.0).min(share(|difference| *difference >= 0.0))).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Squared errors of two models, of which the second has the first's noise in part and `scale` times its size.
    fn squared_errors(rows: usize, scale: f64) -> Vec<(f64, f64)> {
        let noise = |row: usize, step: f64| 2.0 * (row as f64 * step).fract() - 1.0;
        let row = |row: usize| {
            let (shared, own) = (noise(row, 0.618_033_988_749_895), noise(row, 0.414_213_562_373_095));
            (shared * shared, (scale * (0.8 * shared + 0.6 * own)).powi(2))
        };
        (0..rows).map(row).collect()
    }

    /// The standard error of the difference by the delta method.
    fn standard_error(rows: &[(f64, f64)], found: &RmseDifference) -> f64 {
        let n = rows.len() as f64;
        let influence = |row: &(f64, f64)| row.1 / (2.0 * found.second_rmse) - row.0 / (2.0 * found.first_rmse);
        let mean = rows.iter().map(influence).sum::<f64>() / n;
        (rows.iter().map(|row| (influence(row) - mean).powi(2)).sum::<f64>() / n / n).sqrt()
    }

    #[test]
    fn the_interval_of_many_rows_is_that_of_the_normal_approximation() {
        let rows = squared_errors(2000, 1.05);
        let found = RmseDifference::new(&rows).unwrap();
        let error = standard_error(&rows, &found);
        let [low, high] = [-1.96, 1.96].map(|deviations| found.difference + deviations * error);
        for (end, expected) in found.interval.into_iter().zip([low, high]) {
            // The 2.5 % quantile of 10,000 draws has a standard error of 2.7 % of the deviation.
            assert!((end - expected).abs() < 0.1 * error, "{:?}, expected {low} to {high}", found.interval);
        }
        assert_eq!(found.resamples, 10_000);
    }

    #[test]
    fn the_p_value_is_that_of_the_normal_approximation() {
        for scale in [1.0, 1.02, 1.04] {
            let rows = squared_errors(2000, scale);
            let found = RmseDifference::new(&rows).unwrap();
            let deviations = found.difference.abs() / standard_error(&rows, &found);
            let expected = crate::evaluation::significance::chi_squared::chi_squared_tail(deviations * deviations);
            assert!((found.p_value - expected).abs() < 0.03, "{} instead of {expected}", found.p_value);
        }
    }

    #[test]
    fn errors_of_one_size_leave_nothing_to_chance() {
        let found = RmseDifference::new(&[(4.0, 1.0); 7]).unwrap();
        assert_eq!((found.first_rmse, found.second_rmse, found.difference), (2.0, 1.0, -1.0));
        assert_eq!(found.interval, [-1.0, -1.0]);
        assert_eq!(found.p_value, 2.0 / 10_001.0);
        let same = RmseDifference::new(&[(4.0, 4.0), (1.0, 1.0)]).unwrap();
        assert_eq!((same.difference, same.interval, same.p_value), (0.0, [0.0, 0.0], 1.0));
    }

    #[test]
    fn the_resamples_of_two_rows_are_those_that_can_be_counted() {
        // Of the four pairs of rows, one has only the first row, one only the second, two have both.
        let found = RmseDifference::new(&[(0.0, 4.0), (1.0, 0.0)]).unwrap();
        assert_eq!(found.interval, [-1.0, 2.0]);
        assert!((found.p_value - 0.5).abs() < 0.02, "{}", found.p_value);
    }

    #[test]
    fn there_is_no_difference_of_nothing_or_of_infinite_errors() {
        assert_eq!(RmseDifference::new(&[]), None);
        assert_eq!(RmseDifference::new(&[(f64::INFINITY, 1.0)]), None);
    }
}
