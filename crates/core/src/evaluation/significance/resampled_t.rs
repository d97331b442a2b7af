//! The corrected resampled t-test: do two ways to train differ by more than chance over the same folds? Nadeau and Bengio
//! 2003, "Inference for the Generalization Error".

use serde::Serialize;

/// The mean difference of a metric over runs of two groups on the same held-out rows, with a variance that allows for the
/// rows that trainings share.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ResampledT {
    /// Number of differences, at least 2.
    pub runs: usize,
    /// Mean of the second group's metric minus the first's.
    pub difference: f64,
    /// 95 % interval of `difference`.
    pub interval: [f64; 2],
    pub p_value: f64,
}

impl ResampledT {
    /// Tests `differences`, one for each run that both groups have. `held_out_ratio` is the number of held-out rows of a
    /// run by the number of rows that it trained and validated on. Returns `None` for fewer than two differences, if one is
    /// not finite, or if all are equal but not 0, whose variance says nothing.
    pub fn new(differences: &[f64], held_out_ratio: f64) -> Option<Self> {
        let runs = differences.len();
        if runs < 2 || differences.iter().any(|difference| !difference.is_finite()) {
            return None;
        }
        let n = runs as f64;
        let difference = differences.iter().sum::<f64>() / n;
        let variance = differences.iter().map(|one| (one - difference).powi(2)).sum::<f64>() / (n - 1.0);
        let error = ((1.0 / n + held_out_ratio) * variance).sqrt();
        let reach = two_sided_quantile(0.05, runs - 1) * error;
        // Rounding leaves a little of a variance that is 0.
        let is_constant = error <= 1e-12 * difference.abs();
        if is_constant && difference != 0.0 {
            return None;
        }
        let p_value = if is_constant { 1.0 } else { two_sided_tail(difference / error, runs - 1) };
        Some(Self { runs, difference, interval: [difference - reach, difference + reach], p_value })
    }
}

/// Returns the probability that the absolute value of Student's t exceeds that of `statistic`, for a whole number of
/// degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4).
fn two_sided_tail(statistic: f64, freedom: usize) -> f64 {
    let angle = (statistic.abs() / (freedom as f64).sqrt()).atan();
    let (sine, cosine) = angle.sin_cos();
    let is_odd = freedom % 2 == 1;
    // Powers of the cosine: from the first if odd, from the zeroth if even; the last is freedom - 2.
    let (mut term, mut sum) = (if is_odd { cosine } else { 1.0 }, 0.0);
    let mut power = usize::from(is_odd);
    while power + 2 <= freedom {
        sum += term;
        term *= cosine * cosine * (power + 1) as f64 / (power + 2) as f64;
        power += 2;
    }
    let inside = match is_odd {
        true => (angle + sine * sum) * std::f64::consts::FRAC_2_PI,
        false => sine * sum,
    };
    (1.0 - inside).clamp(0.0, 1.0)
}

/// Returns the value that the absolute value of Student's t exceeds with this probability, by bisection.
fn two_sided_quantile(probability: f64, freedom: usize) -> f64 {
    let (mut low, mut high) = (0.0, 1e6);
    for _ in 0..200 {
        let middle = (low + high) / 2.0;
        if two_sided_tail(middle, freedom) > probability { low = middle } else { high = middle }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-10 * expected.abs().max(1e-3), "{found}, expected {expected}");
    }

    #[test]
    fn tails_and_quantiles_equal_scipys() {
        // scipy 1.17: 2 * scipy.stats.t.sf(t, df).
        for (statistic, freedom, expected) in [
            (0.0, 4, 1.0),
            (1.0, 1, 0.5),
            (-1.0, 2, 0.42264973081037427),
            (2.0, 4, 0.11611652351681556),
            (2.5, 9, 0.033861827682985735),
            (3.3, 49, 0.001807307921866354),
        ] {
            near(two_sided_tail(statistic, freedom), expected);
        }
        // scipy.stats.t.ppf(0.975, df).
        near(two_sided_quantile(0.05, 4), 2.7764451051977934);
        near(two_sided_quantile(0.05, 9), 2.262157162798205);
    }

    #[test]
    fn the_variance_is_corrected_for_shared_rows() {
        // numpy: d.mean() / sqrt((1 / 5 + 1 / 4) * d.var(ddof=1)), by scipy.stats.t with 4 degrees of freedom.
        let test = ResampledT::new(&[0.01, 0.02, 0.015, 0.03, -0.005], 0.25).unwrap();
        near(test.difference, 0.014);
        near(test.p_value, 0.18213629892372246);
        near(test.interval[0], -0.010104756780489933);
    }

    #[test]
    fn equal_differences_are_not_tested() {
        assert_eq!(ResampledT::new(&[0.0, 0.0], 0.25).unwrap().p_value, 1.0);
        assert_eq!(ResampledT::new(&[0.1, 0.1, 0.1], 0.25), None);
        assert_eq!(ResampledT::new(&[0.5], 0.25), None);
        assert_eq!(ResampledT::new(&[0.5, f64::NAN], 0.25), None);
    }
}
