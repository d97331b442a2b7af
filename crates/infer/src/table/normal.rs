//! Quantiles of the normal distribution.

use std::f64::consts::SQRT_2;

/// Shares nearer to 0 or 1 count as this one, as in scikit-learn's QuantileTransformer, so that the quantiles lie within
/// -5.2 and 5.2.
pub const MIN_SHARE: f64 = 1e-7;

/// Where the two polynomials in `w = -ln(4 p (1 - p))` meet.
pub const MIDDLE: f64 = 5.0;

/// The polynomial in `w - 2.5`, highest power first.
pub const NEAR: [f64; 9] = [
    2.81022636e-08,
    3.43273939e-07,
    -3.5233877e-06,
    -4.39150654e-06,
    0.00021858087,
    -0.00125372503,
    -0.00417768164,
    0.246640727,
    1.50140941,
];

/// The polynomial in `sqrt(w) - 3`.
pub const TAIL: [f64; 9] = [
    -0.000200214257,
    0.000100950558,
    0.00134934322,
    -0.00367342844,
    0.00573950773,
    -0.0076224613,
    0.00943887047,
    1.00167406,
    2.83297682,
];

/// The number with `share` of the standard normal distribution below it, with an error below 1e-6 (M. Giles,
/// "Approximating the erfinv function", 2010, for single precision).
pub(super) fn normal_quantile(share: f64) -> f64 {
    let share = share.clamp(MIN_SHARE, 1.0 - MIN_SHARE);
    let w = -libm::log(4.0 * share * (1.0 - share));
    let factor = match w < MIDDLE {
        true => polynomial(&NEAR, w - 2.5),
        false => polynomial(&TAIL, libm::sqrt(w) - 3.0),
    };
    SQRT_2 * factor * (2.0 * share - 1.0)
}

fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().fold(0.0, |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected values are from scipy 1.17.1's stats.norm.ppf.
    #[test]
    fn quantiles_equal_scipys() {
        for (share, expected) in [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.25, -0.674_489_750_196_081_7),
            (0.001, -3.090_232_306_167_813_5),
            (1e-6, -4.753_424_308_822_899),
            (0.0, -5.199_337_582_192_818),
            (1.0, 5.199_337_582_192_818),
        ] {
            assert!((normal_quantile(share) - expected).abs() < 1e-6, "{share}: {}", normal_quantile(share));
        }
    }
}
