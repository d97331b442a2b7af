//! Correction for multiple tests: Holm 1979, "A simple sequentially rejective multiple test
//! procedure".

/// Returns the Holm-corrected `p_values` `[m]`, in the order given, so that each can be compared
/// with the level meant for all of them together. The smallest is multiplied by `m`, the next by
/// `m - 1` and so on; each is at most 1 and at least as large as the corrected value before it.
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&one, &other| p_values[one].total_cmp(&p_values[other]));
    let (mut corrected, mut highest) = (vec![0.0; p_values.len()], 0.0_f64);
    for (rank, index) in order.into_iter().enumerate() {
        highest = highest.max(p_values[index] * (p_values.len() - rank) as f64).min(1.0);
        corrected[index] = highest;
    }
    corrected
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corrected_p_values_equal_those_of_statsmodels() {
        // statsmodels 0.15, multipletests(p, method="holm")[1].
        #[rustfmt::skip]
        let cases: &[(&[f64], &[f64])] = &[
            (&[0.03], &[0.03]),
            (&[0.01, 0.04, 0.03], &[0.03, 0.06, 0.06]),
            (&[0.5, 0.02, 0.02, 0.9], &[1.0, 0.08, 0.08, 1.0]),
            (&[0.049, 0.001, 0.0125, 0.8, 0.0124], &[0.098, 0.005, 0.0496, 0.8, 0.0496]),
            (&[], &[]),
        ];
        for (p_values, expected) in cases {
            let corrected = holm(p_values);
            assert_eq!(corrected.len(), expected.len());
            for (one, other) in corrected.iter().zip(*expected) {
                assert!((one - other).abs() < 1e-15, "{corrected:?} instead of {expected:?}");
            }
        }
    }
}
