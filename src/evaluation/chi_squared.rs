//! The chi-squared distribution with one degree of freedom: Press et al., "Numerical Recipes", 3rd edition, section 6.2.

use std::f64::consts::PI;

/// Terms after which both expansions have long converged.
const TERMS: usize = 500;

/// The probability of more than `statistic`, at least 0, which is `erfc(sqrt(statistic / 2))`.
pub(super) fn chi_squared_tail(statistic: f64) -> f64 {
    let x = statistic / 2.0;
    if x <= 0.0 {
        return 1.0;
    }
    // e^-x x^(1/2) / Gamma(1/2)
    let factor = (-x).exp() * (x / PI).sqrt();
    // The series converges fast on one side, the continued fraction on the other.
    let tail = if x < 1.5 { 1.0 - factor * series(x) } else { factor * continued_fraction(x) };
    if tail.is_nan() { 0.0 } else { tail.clamp(0.0, 1.0) }
}

/// `sum x^n / (a (a + 1) ... (a + n))` for `a = 1/2`.
fn series(x: f64) -> f64 {
    let (mut term, mut sum) = (2.0, 2.0);
    for n in 1..TERMS {
        term *= x / (n as f64 + 0.5);
        sum += term;
        if term < sum * f64::EPSILON {
            break;
        }
    }
    sum
}

/// `1 / (x + 1 - a - 1 (1 - a) / (x + 3 - a - 2 (2 - a) / (x + 5 - a - ...)))` for `a = 1/2`, by Lentz's method.
fn continued_fraction(x: f64) -> f64 {
    let mut b = x + 0.5;
    let mut c = f64::MAX;
    let mut d = 1.0 / b;
    let mut value = d;
    for n in 1..TERMS {
        let n = n as f64;
        let a = -n * (n - 0.5);
        b += 2.0;
        d = 1.0 / (a * d + b);
        c = b + a / c;
        value *= c * d;
        if (c * d - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_that_of_scipy() {
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
            assert!((tail - expected).abs() <= 1e-13 * expected, "{statistic}: {tail} is not {expected}");
        }
    }

    #[test]
    fn an_endless_statistic_has_no_tail() {
        assert_eq!(chi_squared_tail(f64::INFINITY), 0.0);
        assert_eq!(chi_squared_tail(1e5), 0.0);
    }
}
