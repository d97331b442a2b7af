//! McNemar's test: do two models make different numbers of mistakes on the same rows by more than
//! chance? McNemar 1947, "Note on the sampling error of the difference between correlated
//! proportions or percentages"; applied to classifiers by Dietterich 1998, section 3.1.

use serde::Serialize;

use super::chi_squared::chi_squared_tail;

/// Minimum number of discordant rows for which the chi-squared approximation is accurate enough.
const MIN_ROWS_FOR_CHI_SQUARED: u64 = 25;

/// Result of a two-sided McNemar test of the null hypothesis that both models are right equally
/// often.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct McNemar {
    /// Rows that only the first model predicts correctly.
    pub only_first_right: u64,
    /// Rows that only the second model predicts correctly.
    pub only_second_right: u64,
    pub method: McNemarMethod,
    /// `(|b - c| - 1)^2 / (b + c)`; `None` for the exact test.
    pub statistic: Option<f64>,
    /// Probability that equally good models differ at least this much, in `[0, 1]`.
    pub p_value: f64,
}

/// How the p-value is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum McNemarMethod {
    /// Binomial distribution with probability 1/2, for fewer than 25 discordant rows.
    ExactBinomial,
    /// Chi-squared distribution with one degree of freedom, with Edwards' continuity correction.
    ChiSquared,
}

impl McNemar {
    /// Runs the test on the discordant counts `b` and `c`. Rows on which both models are right, or
    /// both wrong, carry no information.
    pub fn new(only_first_right: u64, only_second_right: u64) -> Self {
        let discordant = only_first_right.saturating_add(only_second_right);
        let (method, statistic, p_value) = if discordant < MIN_ROWS_FOR_CHI_SQUARED {
            (McNemarMethod::ExactBinomial, None, exact(only_first_right.min(only_second_right), discordant))
        } else {
            let difference = only_first_right.abs_diff(only_second_right).saturating_sub(1) as f64;
            let statistic = difference * difference / discordant as f64;
            (McNemarMethod::ChiSquared, Some(statistic), chi_squared_tail(statistic))
        };
        Self { only_first_right, only_second_right, method, statistic, p_value }
    }
}

impl McNemarMethod {
    /// Returns the name shown in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::ExactBinomial => "exact binomial",
            Self::ChiSquared => "chi-squared, corrected",
        }
    }
}

/// Returns `min(1, 2 P(X <= fewer))` for the number of heads X in `rows` tosses of a fair coin;
/// `rows` must be below 64.
fn exact(fewer: u64, rows: u64) -> f64 {
    let (mut ways, mut ways_up_to_fewer) = (1_u64, 1_u64);
    for heads in 0..fewer {
        ways = ways * (rows - heads) / (heads + 1);
        ways_up_to_fewer += ways;
    }
    (2.0 * ways_up_to_fewer as f64 / (1_u64 << rows) as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() <= 1e-12 * other.abs()
    }

    #[test]
    fn the_result_equals_that_of_statsmodels() {
        // statsmodels 0.15, mcnemar([[0, b], [c, 0]], exact=b + c < 25, correction=True).
        for &(only_first, only_second, statistic, p_value) in STATSMODELS {
            let test = McNemar::new(only_first, only_second);
            assert!(close(test.p_value, p_value), "{only_first} {only_second}: {} instead of {p_value}", test.p_value);
            assert_eq!(test.statistic.is_some(), statistic.is_some(), "{only_first} {only_second}");
            assert!(test.statistic.zip(statistic).is_none_or(|(one, other)| close(one, other)), "{test:?}");
        }
    }

    #[test]
    fn equal_counts_give_a_p_value_of_one() {
        // As in R; statsmodels applies the continuity correction even to a difference of 0.
        for rows in [0, 5, 12, 13, 1000] {
            assert_eq!(McNemar::new(rows, rows).p_value, 1.0, "{rows}");
        }
    }

    #[test]
    fn the_largest_counts_do_not_overflow() {
        assert_eq!(McNemar::new(u64::MAX, 0).p_value, 0.0);
        assert_eq!(McNemar::new(u64::MAX, u64::MAX).p_value, 1.0);
    }

    proptest! {
        #[test]
        fn swapping_the_models_keeps_the_p_value(one in 0_u64..1000, other in 0_u64..1000) {
            let (test, swapped) = (McNemar::new(one, other), McNemar::new(other, one));
            prop_assert_eq!(test.p_value, swapped.p_value);
            prop_assert!((0.0..=1.0).contains(&test.p_value));
        }
    }

    #[rustfmt::skip]
    const STATSMODELS: &[(u64, u64, Option<f64>, f64)] = &[
        (1, 0, None, 1.0),
        (0, 3, None, 0.25),
        (3, 9, None, 0.14599609375),
        (6, 3, None, 0.5078125),
        (10, 13, None, 0.6776394844055176),
        (0, 24, None, 1.1920928955078125e-07),
        (2, 22, None, 3.5881996154785156e-05),
        (13, 12, Some(0.0), 1.0),
        (10, 15, Some(0.64), 0.4237107971667936),
        (5, 20, Some(7.84), 0.005110260660855866),
        (30, 14, Some(5.113636363636363), 0.023738515250054576),
        (0, 25, Some(23.04), 1.5866563039511885e-06),
        (121, 59, Some(20.67222222222222), 5.450094825427117e-06),
        (400, 511, Some(13.282107574094402), 0.0002679511045183155),
        (10, 300, Some(269.4225806451613), 1.51619749112506e-60),
        (3000, 2800, Some(6.8277586206896554), 0.008975182379772647),
    ];
}
