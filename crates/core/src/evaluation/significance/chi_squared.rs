//! The chi-squared distribution with one degree of freedom.

/// Returns the probability that a chi-squared variable exceeds `statistic`, at least 0. The
/// variable is the square of a standard normal one, so that is `erfc(sqrt(statistic / 2))`.
pub(crate) fn chi_squared_tail(statistic: f64) -> f64 {
    libm::erfc((statistic / 2.0).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_equals_scipys() {
        // scipy 1.17, scipy.stats.chi2.sf(x, 1).
        #[rustfmt::skip]
        let scipy: &[(f64, f64)] = &[
            (0.0, 1.0),
            (1e-06, 0.9992021155721779),
            (0.01, 0.920344325445942),
            (0.5, 0.47950012218695337),
            (1.0, 0.31731050786291115),
            (2.0, 0.15729920705028105),
            (2.999, 0.08331592724225004),
            (3.0, 0.08326451666355042),
            (3.001, 0.08321314034714855),
            (3.841458820694124, 0.04999999999999989),
            (6.634896601021213, 0.010000000000000028),
            (10.0, 0.001565402258002549),
            (25.0, 5.733031437583875e-07),
            (50.0, 1.537459794428033e-12),
            (200.0, 2.0884875837625688e-45),
        ];
        for &(statistic, expected) in scipy {
            let tail = chi_squared_tail(statistic);
            assert!((tail - expected).abs() <= 1e-13 * expected, "{statistic}: {tail} instead of {expected}");
        }
    }

    #[test]
    fn the_tail_of_an_infinite_statistic_is_zero() {
        assert_eq!(chi_squared_tail(f64::INFINITY), 0.0);
        assert_eq!(chi_squared_tail(1e5), 0.0);
    }
}
