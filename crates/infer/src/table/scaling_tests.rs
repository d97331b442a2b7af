use super::*;

fn features(scaling: &Scaling, numbers: &[f64]) -> Vec<f32> {
    numbers.iter().map(|&number| scaling.feature(number)).collect()
}

#[test]
fn a_robust_feature_lies_within_three_however_far_the_number_is() {
    let scaling = Scaling::Robust { median: 2.0, width: 1e-30 };
    assert_eq!(features(&scaling, &[2.0, 3e38, -3e38]), [0.0, 3.0, -3.0]);
}

// Expected values are from scikit-learn 1.9.1's QuantileTransformer(n_quantiles=5, output_distribution="normal") of these
// numbers.
#[test]
fn a_number_of_several_quantiles_has_their_mean_share() {
    let scaling = Scaling::Quantile { quantiles: vec![1.0, 2.0, 2.0, 2.0, 4.0] };
    let found = features(&scaling, &[0.0, 1.0, 1.5, 2.0, 3.0, 4.0, 9.0]);
    let expected = [-5.199_338, -5.199_338, -1.150_349, 0.0, 1.150_349, 5.199_338, 5.199_338];
    for (found, expected) in found.iter().zip(expected) {
        assert!((found - expected).abs() < 2e-6, "{found} {expected}");
    }
}

#[test]
fn a_scaling_that_has_no_feature_for_a_number_is_not_usable() {
    for scaling in [
        Scaling::Standard { mean: 0.0, deviation: 0.0 },
        Scaling::Robust { median: f64::NAN, width: 1.0 },
        Scaling::Quantile { quantiles: vec![1.0] },
        Scaling::Quantile { quantiles: vec![2.0, 1.0] },
        Scaling::Quantile { quantiles: vec![0.0, f64::INFINITY] },
    ] {
        assert!(!scaling.is_usable(), "{scaling:?}");
    }
}
