use ndarray::{Array1, Array2, ArrayBase, Dimension, ShapeBuilder};
use proptest::prelude::*;
use rand::rngs::ChaCha8Rng;
use rand_distr::{Distribution, StandardNormal};

use super::*;
use crate::config::Activation;
use crate::data::random::{Purpose, stream};
use network::Rows;
use parameters::{Embedding, Norm};

fn normal<D: Dimension>(
    shape: impl ShapeBuilder<Dim = D>,
    rng: &mut ChaCha8Rng,
) -> ArrayBase<ndarray::OwnedRepr<f64>, D> {
    ArrayBase::from_shape_simple_fn(shape, || StandardNormal.sample(rng))
}

/// Returns a network of `sizes` with random parameters, and a batch of 8 rows without dropout.
fn comparison(sizes: &[usize], activation: Activation, batch_norm: bool, l2: f64, seed: u64) -> Comparison {
    let mut rng = stream(seed, Purpose::Synthetic, 0);
    let layers = sizes.windows(2).enumerate().map(|(index, pair)| Parameters {
        embedding: None,
        weight: normal((pair[0], pair[1]), &mut rng),
        bias: normal(pair[1], &mut rng),
        factors: None,
        norm: (batch_norm && index + 2 < sizes.len())
            .then(|| Norm { scale: normal(pair[1], &mut rng), shift: normal(pair[1], &mut rng) }),
    });
    // With a small epsilon, a neuron with little variance makes the loss too curved for
    // differences.
    let network =
        Network { layers: layers.collect(), activation, epsilon: 0.5, l2, embedding_l2: l2, number_loss: None };
    let (batch, classes) = (8, sizes[sizes.len() - 1]);
    let labels = Array2::from_shape_fn((batch, classes), |(row, class)| f64::from(u8::from(row % classes == class)));
    let rows = Rows { features: normal((batch, sizes[0]), &mut rng), labels };
    let masks = sizes[..sizes.len() - 1].iter().map(|&size| Array2::ones((batch, size))).collect();
    Comparison { network, rows, masks, seed }
}

fn closed_form(comparison: &Comparison) -> Vec<Parameters> {
    let Comparison { network, rows, masks, .. } = comparison;
    network.backpropagate(rows, masks, &network.forward(rows, masks))
}

proptest! {
    #[test]
    fn the_closed_form_matches_central_differences_for_any_smooth_network(
        sizes in prop::collection::vec(1usize..6, 2..6),
        activation in prop::sample::select(vec![Activation::Gelu, Activation::Tanh, Activation::Sigmoid, Activation::Silu]),
        batch_norm: bool,
        l2 in 0.0..1.0f64,
        seed: u64,
    ) {
        let comparison = comparison(&sizes, activation, batch_norm, l2, seed);
        let gradients = closed_form(&comparison);
        for check in comparison.tensors(&gradients, &gradients).unwrap() {
            prop_assert!(check.closed_form_error * check.largest.min(1.0) < 1e-6, "{check:?}");
            prop_assert_eq!(check.burn_error, 0.0);
        }
    }
}

#[test]
fn the_closed_form_of_learned_vectors_matches_central_differences() {
    // Two numbers and two codes, for vectors of three numbers of five categories.
    let mut comparison = comparison(&[2 + 2 * 3, 5, 4], Activation::Tanh, true, 0.1, 3);
    let mut rng = stream(5, Purpose::Synthetic, 0);
    comparison.network.layers[0].embedding = Some(Embedding { vectors: normal((5, 3), &mut rng), columns: 2 });
    let mut features: Array2<f64> = normal((8, 4), &mut rng);
    features.column_mut(2).assign(&Array1::from_iter((0..8).map(|row| f64::from(row % 2))));
    features.column_mut(3).assign(&Array1::from_iter((0..8).map(|row| f64::from(2 + row % 3))));
    comparison.rows.features = features;
    comparison.masks[0].column_mut(4).fill(0.0);
    let gradients = closed_form(&comparison);
    let checks = comparison.tensors(&gradients, &gradients).unwrap();
    assert_eq!((checks[0].name.as_str(), checks[0].entries), ("embedding.weight", 15));
    assert!(checks.iter().all(|check| check.closed_form_error < 1e-6), "{checks:?}");
    assert!(checks[0].largest > 0.1, "{checks:?}");
}

#[test]
fn one_wrong_entry_is_found_in_any_tensor() {
    let comparison = comparison(&[3, 5, 4], Activation::Tanh, true, 0.1, 7);
    let right = closed_form(&comparison);
    for (layer, tensor, index) in [
        (0, "weight", 14),
        (0, "bias", 2),
        (0, "norm.weight", 4),
        (0, "norm.bias", 0),
        (1, "weight", 19),
        (1, "bias", 3),
    ] {
        let mut wrong = right.clone();
        *wrong[layer].entry_mut(tensor, index).unwrap() += 1e-3;
        let found = GradientCheck { rows: 8, tensors: comparison.tensors(&right, &wrong).unwrap() };
        assert!(found.tensors.iter().filter(|tensor| tensor.burn_error > TOLERANCE).count() == 1, "{found:?}");
        let found = GradientCheck { rows: 8, tensors: comparison.tensors(&wrong, &wrong).unwrap() };
        assert!(found.tensors.iter().filter(|tensor| tensor.closed_form_error > TOLERANCE).count() == 1, "{found:?}");
        assert!(!found.passes());
    }
}

#[test]
fn a_nan_gradient_does_not_pass() {
    let comparison = comparison(&[3, 5, 4], Activation::Relu, false, 0.0, 7);
    let right = closed_form(&comparison);
    let mut wrong = right.clone();
    *wrong[1].entry_mut("bias", 0).unwrap() = f64::NAN;
    let check = GradientCheck { rows: 8, tensors: comparison.tensors(&right, &wrong).unwrap() };
    assert!(check.worst_burn_error().is_nan() && !check.passes());
}

#[test]
fn the_reference_network_computes_slide_3s_loss() {
    // slide 3: y_pred [0.9, 0.1, 0.0] and [0.1, 0.8, 0.1] for classes 0 and 1, "Cross Entropy Loss:
    // 0.1643".
    let probabilities = [[0.9, 0.1, 1e-300], [0.1, 0.8, 0.1f64]];
    let weight = Array2::from_shape_fn((2, 3), |(row, class)| probabilities[row][class].ln());
    let layer = Parameters { embedding: None, weight, bias: Array1::zeros(3), factors: None, norm: None };
    let network = Network {
        layers: vec![layer],
        activation: Activation::Relu,
        epsilon: 0.0,
        l2: 0.0,
        embedding_l2: 0.0,
        number_loss: None,
    };
    let rows = Rows {
        features: Array2::eye(2),
        labels: Array2::from_shape_fn((2, 3), |(row, class)| f64::from(u8::from(row == class))),
    };
    let loss = network.forward(&rows, &vec![Array2::ones((2, 2))]).loss;
    assert_eq!(format!("{loss:.4}"), "0.1643");
}
