//! Whether two models' mistakes on the same rows differ by more than chance: McNemar 1947, "Note on the sampling error of
//! the difference between correlated proportions or percentages"; for classifiers, Dietterich 1998, section 3.1.

use serde::Serialize;

use super::chi_squared::chi_squared_tail;

/// With fewer discordant rows than this the chi-squared distribution is too rough.
const FEWEST_FOR_CHI_SQUARED: u64 = 25;

/// McNemar's test, two-sided, of "both models are right equally often".
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct McNemar {
    /// Rows that only the first model has right.
    pub only_first_right: u64,
    /// Rows that only the second model has right.
    pub only_second_right: u64,
    pub method: McNemarMethod,
    /// `(|b - c| - 1)^2 / (b + c)`; nothing for the exact test.
    pub statistic: Option<f64>,
    /// How often equally good models differ by as much or more, in `[0, 1]`.
    pub p_value: f64,
}

/// Where the p-value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum McNemarMethod {
    /// Binomial with 1/2, for fewer than 25 discordant rows.
    ExactBinomial,
    /// Chi-squared with one degree of freedom and Edwards' continuity correction.
    ChiSquared,
}

impl McNemar {
    /// Tests the two discordant counts `b` and `c`; rows that both models have right or wrong say nothing.
    pub fn new(only_first_right: u64, only_second_right: u64) -> Self {
        let discordant = only_first_right.saturating_add(only_second_right);
        let (method, statistic, p_value) = if discordant < FEWEST_FOR_CHI_SQUARED {
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
    /// Its name in a table.
    pub fn name(self) -> &'static str {
        match self {
            Self::ExactBinomial => "exact binomial",
            Self::ChiSquared => "chi-squared, corrected",
        }
    }
}

/// `min(1, 2 P(X <= fewer))` of a binomial with `rows` throws of a fair coin; `rows` is below 64.
fn exact(fewer: u64, rows: u64) -> f64 {
    let (mut ways, mut at_most) = (1_u64, 1_u64);
    for number in 0..fewer {
        ways = ways * (rows - number) / (number + 1);
        at_most += ways;
    }
    (2.0 * at_most as f64 / (1_u64 << rows) as f64).min(1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() <= 1e-12 * other.abs()
    }

    #[test]
    fn it_is_that_of_statsmodels() {
        // statsmodels 0.15, mcnemar([[0, b], [c, 0]], exact=b + c < 25, correction=True).
        for &(only_first, only_second, statistic, p_value) in STATSMODELS {
            let test = McNemar::new(only_first, only_second);
            assert!(close(test.p_value, p_value), "{only_first} {only_second}: {} is not {p_value}", test.p_value);
            assert_eq!(test.statistic.is_some(), statistic.is_some(), "{only_first} {only_second}");
            assert!(test.statistic.zip(statistic).is_none_or(|(one, other)| close(one, other)), "{test:?}");
        }
    }

    #[test]
    fn a_tie_is_no_difference() {
        // As in R; statsmodels would correct 0 to 1.
        for rows in [0, 5, 12, 13, 1000] {
            assert_eq!(McNemar::new(rows, rows).p_value, 1.0, "{rows}");
        }
    }

    #[test]
    fn counts_beyond_every_data_set_have_an_answer() {
        assert_eq!(McNemar::new(u64::MAX, 0).p_value, 0.0);
        assert_eq!(McNemar::new(u64::MAX, u64::MAX).p_value, 1.0);
    }

    proptest! {
        #[test]
        fn which_model_is_the_first_does_not_matter(one in 0_u64..1000, other in 0_u64..1000) {
            let (test, turned) = (McNemar::new(one, other), McNemar::new(other, one));
            prop_assert_eq!(test.p_value, turned.p_value);
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
