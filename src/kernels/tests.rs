//! The definitions by tensor operations are the reference, in training and in evaluation.

use burn::module::{Module, Param};
use burn::nn::{DropoutConfig, Linear, LinearConfig};
use burn::optim::GradientsParams;
use burn::tensor::{DType, Device, Distribution, Int, Tensor, TensorData};
use proptest::prelude::*;

use super::*;
use crate::backend::{host, one_generator_user, open};

fn device() -> Device {
    open(host()).unwrap().device
}

fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::random(shape, Distribution::Uniform(-1.0, 1.0), device)
}

fn layer(inputs: usize, outputs: usize, device: &Device) -> Linear {
    let layer = LinearConfig::new(inputs, outputs).init(device);
    let bias = Tensor::from_data(random([outputs], &device.clone().inner()).into_data(), device);
    Linear { bias: Some(Param::from_tensor(bias)), ..layer }
}

fn labels(rows: usize, classes: usize, device: &Device) -> Tensor<1, Int> {
    let labels: Vec<i32> = (0..rows).map(|row| (row * 7 % classes) as i32).collect();
    Tensor::from_data(TensorData::new(labels, [rows]), device)
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

/// The worst difference, relative to the largest entry.
fn difference<const D: usize>(found: Tensor<D>, expected: Tensor<D>) -> f64 {
    assert_eq!(found.dims(), expected.dims());
    let (found, expected) = (values(found), values(expected));
    let largest = expected.iter().fold(1e-30, |largest: f64, entry| largest.max(entry.abs()));
    found.iter().zip(expected).fold(0.0, |worst: f64, (found, expected)| worst.max((found - expected).abs())) / largest
}

/// The loss of two layers and its gradients, by the kernels or by tensor operations.
struct Pass {
    loss: Tensor<1>,
    gradients: Vec<Tensor<2>>,
    input: Tensor<2>,
}

impl Pass {
    fn new(layers: &[Linear; 2], input: &Tensor<2>, labels: &Tensor<1, Int>, fast: bool) -> Self {
        let input = Tensor::from_data(input.clone().into_data(), &layers[0].weight.val().device()).require_grad();
        let (linear, cross_entropy): (fn(_, &_, _) -> _, fn(_, _) -> _) = match fast {
            true => (linear, cross_entropy),
            false => (by_tensor_operations::linear, by_tensor_operations::cross_entropy),
        };
        let hidden = linear(input.clone(), &layers[0], Some(Activation::Relu));
        let loss = cross_entropy(linear(hidden, &layers[1], None), labels.clone());
        let mut all = (loss.clone() * 3.0).backward();
        let input = input.grad_remove(&mut all).unwrap();
        let mut gradients = GradientsParams::from_grads(all, &layers.to_vec());
        let gradients = layers.iter().flat_map(|layer| {
            let bias = gradients.remove::<1>(layer.bias.as_ref().unwrap().id).unwrap();
            [gradients.remove::<2>(layer.weight.id).unwrap(), bias.unsqueeze()]
        });
        Self { loss: loss.inner(), gradients: gradients.collect(), input }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn losses_and_gradients_are_those_of_tensor_operations(
        rows in 1_usize..70, inputs in 1_usize..90, hidden in 1_usize..60, classes in 2_usize..20
    ) {
        let _only = one_generator_user();
        let plain = device();
        let training = plain.clone().autodiff();
        let layers = [layer(inputs, hidden, &training), layer(hidden, classes, &training)];
        let (input, labels) = (random([rows, inputs], &plain), labels(rows, classes, &plain));
        let [found, expected] = [true, false].map(|fast| Pass::new(&layers, &input, &labels, fast));
        prop_assert!(difference(found.loss, expected.loss) < 1e-6);
        prop_assert!(difference(found.input, expected.input) < 1e-5);
        for (found, expected) in found.gradients.into_iter().zip(expected.gradients) {
            prop_assert!(difference(found, expected) < 1e-5);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn batch_normalisation_and_its_gradients_are_those_of_tensor_operations(rows in 2_usize..50, features in 1_usize..40) {
        let _only = one_generator_user();
        let (plain, training) = (device(), device().autodiff());
        let drawn = [random([rows, features], &plain), random([rows, features], &plain)];
        let scales = [random([features], &plain), random([features], &plain)];
        let pass = |fast: bool| {
            let leaf = |tensor: &Tensor<1>| Tensor::from_data(tensor.to_data(), &training).require_grad();
            let input = Tensor::<2>::from_data(drawn[0].to_data(), &training).require_grad();
            let (gamma, beta) = (leaf(&scales[0]), leaf(&scales[1]));
            let normalize = if fast { batch_norm } else { by_tensor_operations::batch_norm };
            let Normalized { output, mean, variance } = normalize(input.clone(), gamma.clone(), beta.clone(), 1e-5);
            let loss = (output.clone() * Tensor::from_data(drawn[1].to_data(), &training)).sum();
            let gradients = loss.backward();
            let parts = [gamma.grad(&gradients).unwrap(), beta.grad(&gradients).unwrap(), mean.inner(), variance.inner()];
            (output.inner(), input.grad(&gradients).unwrap(), parts)
        };
        let (found, expected) = (pass(true), pass(false));
        prop_assert!(difference(found.0, expected.0) < 1e-5);
        prop_assert!(difference(found.1, expected.1) < 1e-4);
        // Sums over the rows of terms about as large as 1, which may cancel each other.
        for (found, expected) in found.2.into_iter().zip(expected.2) {
            let differences = values(found - expected);
            prop_assert!(differences.iter().all(|difference| difference.abs() < 1e-6 * rows as f64), "{differences:?}");
        }
    }
}

#[test]
fn dropout_keeps_the_mean_and_lets_the_gradient_through_where_it_lets_the_entry_through() {
    let _only = one_generator_user();
    let training = device().autodiff();
    let layer = DropoutConfig::new(0.2).init();
    let input = Tensor::<2>::ones([301, 99], &training).require_grad();
    training.clone().inner().seed(7);
    let output = dropout(input.clone(), &layer);
    let gradient = input.grad(&output.clone().sum().backward()).unwrap();
    let (output, gradient) = (values(output.inner()), values(gradient));
    assert_eq!(output, gradient);
    let kept = output.iter().filter(|&&entry| entry == 1.25).count();
    assert_eq!(kept + output.iter().filter(|&&entry| entry == 0.0).count(), 301 * 99);
    // 0.8 of 29,799 entries, within four standard deviations of the binomial distribution.
    assert!((kept as f64 - 23_839.2).abs() < 277.0, "{kept}");

    training.clone().inner().seed(7);
    assert_eq!(values(dropout(input.clone(), &layer).inner()), output, "the device's seed decides");
    assert_ne!(values(dropout(input, &layer).inner()), output, "every pass draws anew");
}

#[test]
fn dropout_does_nothing_in_evaluation() {
    let input = random([3, 4], &device());
    assert_eq!(values(dropout(input.clone(), &DropoutConfig::new(0.5).init())), values(input));
}

#[test]
fn products_that_threads_share_are_those_of_tensor_operations() {
    let _only = one_generator_user();
    let plain = device();
    let layer = layer(500, 300, &plain);
    let input = random([200, 500], &plain);
    for activation in [None, Some(Activation::Relu), Some(Activation::Tanh)] {
        let expected = by_tensor_operations::linear(input.clone(), &layer, activation);
        assert!(difference(linear(input.clone(), &layer, activation), expected) < 1e-5);
    }
}

#[test]
fn products_of_matrices_and_their_transposes_are_those_of_tensor_operations() {
    let _only = one_generator_user();
    let plain = device();
    for [rows, inner, columns] in [[1, 1, 1], [33, 784, 128], [301, 7, 513], [128, 800, 800]] {
        let (left, right) = (random([rows, inner], &plain), random([inner, columns], &plain));
        let expected = left.clone().matmul(right.clone());
        let [left_t, right_t] = [&left, &right].map(|matrix| {
            let matrix = matrix.clone().transpose();
            Tensor::<2>::from_data(matrix.into_data(), &plain)
        });
        let found = [
            product(Factor::Plain(&left), Factor::Plain(&right)),
            product(Factor::Transposed(&left_t), Factor::Plain(&right)),
            product(Factor::Plain(&left), Factor::Transposed(&right_t)),
        ];
        for found in found {
            assert!(difference(found, expected.clone()) < 1e-5);
        }
    }
}

#[test]
fn of_no_rows_come_no_rows() {
    let plain = device();
    let layer = layer(4, 3, &plain);
    let none = random([2, 4], &plain).slice([0..0, 0..4]);
    assert_eq!(linear(none.clone(), &layer, Some(Activation::Relu)).dims(), [0, 3]);
    // The gradient of a layer's weights: a sum over no rows.
    let outputs = linear(none.clone(), &layer, None);
    assert_eq!(values(product(Factor::Transposed(&none), Factor::Plain(&outputs))), [0.0; 12]);
    let pixels = TensorData::new(Vec::<u8>::new(), [0, 4]);
    assert_eq!(scaled(Tensor::from_data(pixels, (&plain, DType::U8)), 255.0).dims(), [0, 4]);
}

#[test]
fn every_byte_is_scaled_as_by_tensor_operations() {
    let plain = device();
    let bytes = TensorData::new((0..=255).collect::<Vec<u8>>(), [8, 32]);
    let pixels = Tensor::<2, Int>::from_data(bytes, (&plain, DType::U8));
    for maximum in [255.0, 16.0] {
        let expected = by_tensor_operations::scaled(pixels.clone(), maximum);
        assert_eq!(values(scaled(pixels.clone(), maximum)), values(expected));
    }
}

#[test]
fn a_view_of_some_rows_or_of_a_transpose_is_taken_as_what_it_shows() {
    let _only = one_generator_user();
    let plain = device();
    let layer = layer(4, 3, &plain);
    let rows = random([9, 4], &plain).slice([2..7, 0..4]);
    let transposed = random([4, 6], &plain).transpose();
    for input in [rows, transposed] {
        let expected = by_tensor_operations::linear(input.clone(), &layer, None);
        assert!(difference(linear(input, &layer, None), expected) < 1e-6);
    }
}

#[test]
fn a_number_that_is_none_goes_through_the_rectifier() {
    let plain = device();
    let layer = layer(1, 2, &plain);
    let output = linear(Tensor::from_floats([[f32::NAN]], &plain), &layer, Some(Activation::Relu));
    assert!(values(output).iter().all(|value| value.is_nan()));
}

#[test]
fn the_loss_of_huge_logits_is_finite_and_exact() {
    let plain = device();
    let logits = Tensor::from_floats([[1000.0, 0.0], [-1000.0, 0.0]], &plain);
    let labels = Tensor::from_data(TensorData::new(vec![1, 1], [2]), &plain);
    assert_eq!(values(cross_entropy(logits, labels)), [500.0]);
}

#[test]
fn frozen_layers_and_untracked_inputs_have_no_gradient() {
    let training = device().autodiff();
    let layers = [layer(3, 4, &training).no_grad(), layer(4, 2, &training)];
    let input = random([5, 3], &device());
    let hidden = linear(input, &layers[0], Some(Activation::Relu));
    let loss = cross_entropy(linear(hidden, &layers[1], None), labels(5, 2, &device()));
    let gradients = GradientsParams::from_grads(loss.backward(), &layers.to_vec());
    assert!(gradients.get::<2>(layers[0].weight.id).is_none() && gradients.get::<2>(layers[1].weight.id).is_some());
}

#[test]
fn long_columns_are_scaled_back_to_the_limit_wherever_they_lie() {
    for backend in ["flex", "ndarray"] {
        let Ok(opened) = open(backend.parse().unwrap()) else { continue };
        let matrix = Tensor::<2>::from_floats([[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]], &opened.device);
        let kept = matrix.clone();
        let expected = [1.5, 0.3, 0.0, 2.0, 0.4, 0.0].map(|value: f32| f64::from(value));
        assert_eq!(values(limit_columns(matrix, 2.5)), expected);
        assert_eq!(values(kept)[0], 3.0, "a tensor that shares the entries keeps its own");
    }
}
