//! Burn's own operations are the reference, in training and in evaluation.

use burn::module::{Module, Param};
use burn::nn::loss::CrossEntropyLoss;
use burn::optim::GradientsParams;
use burn::tensor::{DType, Device, Distribution, Int, Tensor, TensorData, activation, module};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::backend::one_generator_user;
use crate::fused::{Factor, Normalized};
use crate::model::layers::{Dropout, DropoutStep, Linear, MemberFactors};

fn random<const D: usize>(shape: [usize; D], device: &Device) -> Tensor<D> {
    Tensor::random(shape, Distribution::Uniform(-1.0, 1.0), device)
}

fn layer(inputs: usize, outputs: usize, device: &Device) -> Linear {
    let plain = device.clone().inner();
    let weight = random([inputs, outputs], &plain).into_data();
    let bias = random([outputs], &plain).into_data();
    Linear { weight: Param::from_data(weight, device), bias: Param::from_data(bias, device) }
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

/// Two layers and their loss, by the kernels or by Burn's own operations.
#[derive(Clone, Copy)]
enum Operations {
    Fused,
    Burn,
}

impl Operations {
    fn linear(self, input: Tensor<2>, layer: &Linear) -> Tensor<2> {
        let (weight, bias) = (layer.weight.val(), layer.bias.val());
        match self {
            Self::Fused => linear(&input, weight, bias).unwrap(),
            Self::Burn => module::linear(input, weight, Some(bias)),
        }
    }

    fn relu(self, input: Tensor<2>) -> Tensor<2> {
        match self {
            Self::Fused => relu(input),
            Self::Burn => activation::relu(input),
        }
    }

    fn cross_entropy(self, logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
        match self {
            Self::Fused => cross_entropy(&logits, &labels).unwrap(),
            Self::Burn => CrossEntropyLoss::new(None, &logits.device()).forward(logits, labels),
        }
    }

    fn batch_norm(self, input: Tensor<2>, gamma: Tensor<1>, beta: Tensor<1>) -> Normalized {
        match self {
            Self::Fused => batch_norm(&input, gamma, beta, 1e-5).unwrap(),
            Self::Burn => {
                let batch = module::batch_norm_train(input, gamma, beta, 1e-5);
                Normalized { output: batch.output, mean: batch.mean, variance: batch.variance }
            }
        }
    }
}

struct Pass {
    loss: Tensor<1>,
    gradients: Vec<Tensor<2>>,
    input: Tensor<2>,
}

impl Pass {
    fn new(layers: &[Linear; 2], input: &Tensor<2>, labels: &Tensor<1, Int>, by: Operations) -> Self {
        let input = Tensor::from_data(input.clone().into_data(), &layers[0].weight.val().device()).require_grad();
        let hidden = by.relu(by.linear(input.clone(), &layers[0]));
        let loss = by.cross_entropy(by.linear(hidden, &layers[1]), labels.clone());
        let mut all = (loss.clone() * 3.0).backward();
        let input = input.grad_remove(&mut all).unwrap();
        let mut gradients = GradientsParams::from_grads(all, &layers.to_vec());
        let gradients = layers.iter().flat_map(|layer| {
            let bias = gradients.remove::<1>(layer.bias.id).unwrap();
            [gradients.remove::<2>(layer.weight.id).unwrap(), bias.unsqueeze()]
        });
        Self { loss: loss.inner(), gradients: gradients.collect(), input }
    }
}

proptest! {
    // Fixed seeds: a sum near ReLU's kink may round to either side of it, with another gradient.
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), ..ProptestConfig::with_cases(40) })]

    #[test]
    fn losses_and_gradients_are_burns(
        rows in 1_usize..70, inputs in 1_usize..90, hidden in 1_usize..60, classes in 2_usize..20
    ) {
        let _only = one_generator_user();
        let plain = Device::flex();
        plain.seed(1);
        let training = plain.clone().autodiff();
        let layers = [layer(inputs, hidden, &training), layer(hidden, classes, &training)];
        let (input, labels) = (random([rows, inputs], &plain), labels(rows, classes, &plain));
        let [found, expected] =
            [Operations::Fused, Operations::Burn].map(|by| Pass::new(&layers, &input, &labels, by));
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
    fn batch_normalisation_and_its_gradients_are_burns(rows in 2_usize..50, features in 1_usize..40) {
        let _only = one_generator_user();
        let (plain, training) = (Device::flex(), Device::flex().autodiff());
        let drawn = [random([rows, features], &plain), random([rows, features], &plain)];
        let scales = [random([features], &plain), random([features], &plain)];
        let pass = |by: Operations| {
            let leaf = |tensor: &Tensor<1>| Tensor::from_data(tensor.to_data(), &training).require_grad();
            let input = Tensor::<2>::from_data(drawn[0].to_data(), &training).require_grad();
            let (gamma, beta) = (leaf(&scales[0]), leaf(&scales[1]));
            let Normalized { output, mean, variance } = by.batch_norm(input.clone(), gamma.clone(), beta.clone());
            let loss = (output.clone() * Tensor::from_data(drawn[1].to_data(), &training)).sum();
            let gradients = loss.backward();
            let parts =
                [gamma.grad(&gradients).unwrap(), beta.grad(&gradients).unwrap(), mean.inner(), variance.inner()];
            (output.inner(), input.grad(&gradients).unwrap(), parts)
        };
        let (found, expected) = (pass(Operations::Fused), pass(Operations::Burn));
        prop_assert!(difference(found.0, expected.0) < 1e-5);
        prop_assert!(difference(found.1, expected.1) < 1e-4);
        // Sums over the rows of terms around 1, which may cancel each other.
        for (found, expected) in found.2.into_iter().zip(expected.2) {
            let differences = values(found - expected);
            prop_assert!(differences.iter().all(|difference| difference.abs() < 1e-6 * rows as f64), "{differences:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn a_layer_that_members_share_and_its_gradients_are_burns(
        members in 1_usize..5, batch in 1_usize..20, inputs in 1_usize..40, outputs in 1_usize..40
    ) {
        let _only = one_generator_user();
        let (plain, training) = (Device::flex(), Device::flex().autodiff());
        plain.seed(3);
        let leaf = |shape: [usize; 2]| Param::from_data(random(shape, &plain).into_data(), &training);
        let linear = layer(inputs, outputs, &training);
        let [input, output, bias] = [inputs, outputs, outputs].map(|columns| leaf([members, columns]));
        let factors = MemberFactors { input, output, bias };
        let rows = random([members * batch, inputs], &plain);
        let weights = random([members * batch, outputs], &plain);
        let pass = |by_kernels: bool| {
            let rows = Tensor::<2>::from_data(rows.to_data(), &training).require_grad();
            let found = match by_kernels {
                true => factors.forward(&linear, rows.clone()),
                false => factors.forward_by_burn(&linear, rows.clone()),
            };
            let loss = (found.clone() * Tensor::from_data(weights.to_data(), &training)).sum();
            let gradients = loss.backward();
            let of = |param: &Param<Tensor<2>>| param.val().grad(&gradients).unwrap();
            let bias = linear.bias.val().grad(&gradients).unwrap().unsqueeze();
            let by_parameters = [&linear.weight, &factors.input, &factors.output, &factors.bias].map(of);
            [vec![found.inner(), rows.grad(&gradients).unwrap(), bias], by_parameters.to_vec()].concat()
        };
        for (found, expected) in pass(true).into_iter().zip(pass(false)) {
            prop_assert!(difference(found, expected) < 1e-4);
        }
    }
}

#[test]
fn dropout_keeps_the_mean_and_passes_the_gradient_where_it_passes_the_entry() {
    let _only = one_generator_user();
    let training = Device::flex().autodiff();
    let layer = Dropout::new(0.2, 0);
    let input = Tensor::<2>::ones([301, 99], &training).require_grad();
    Device::flex().seed(7);
    let output = layer.forward(input.clone());
    let gradient = input.grad(&output.clone().sum().backward()).unwrap();
    let (output, gradient) = (values(output.inner()), values(gradient));
    assert_eq!(output, gradient);
    let kept = output.iter().filter(|&&entry| entry == 1.25).count();
    assert_eq!(kept + output.iter().filter(|&&entry| entry == 0.0).count(), 301 * 99);
    // 0.8 of 29,799 entries, within four standard deviations of the binomial distribution.
    assert!((kept as f64 - 23_839.2).abs() < 277.0, "{kept}");

    Device::flex().seed(7);
    assert_eq!(values(layer.forward(input.clone()).inner()), output, "the device's seed decides");
    assert_ne!(values(layer.forward(input).inner()), output, "every pass draws again");
}

/// Whether each entry of a layer is kept in a step.
fn kept(layer: &Dropout, step: DropoutStep) -> Vec<bool> {
    let ones = Tensor::<2>::ones([64, 50], &Device::flex().autodiff());
    values(step.run(|| layer.forward(ones)).inner()).into_iter().map(|entry| entry > 0.0).collect()
}

#[test]
fn a_step_decides_its_masks_whatever_else_draws() {
    let (layer, step) = (Dropout::new(0.2, 3), DropoutStep { seed: 5, epoch: 2, step: 7 });
    let mask = kept(&layer, step);
    // 0.8 of 3,200 entries, within four standard deviations of the binomial distribution.
    let count = mask.iter().filter(|kept| **kept).count();
    assert!((count as f64 - 2_560.0).abs() < 91.0, "{count}");
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    random([3, 3], &Device::flex());
                    (0..20).map(|other| kept(&layer, DropoutStep { step: other, ..step })).collect::<Vec<_>>()
                })
            })
            .collect();
        assert!(threads.into_iter().all(|thread| thread.join().unwrap()[7] == mask));
    });
}

#[test]
fn masks_of_steps_epochs_layers_and_seeds_are_independent() {
    let step = DropoutStep { seed: 5, epoch: 2, step: 7 };
    let others = [
        kept(&Dropout::new(0.5, 1), DropoutStep { step: 8, ..step }),
        kept(&Dropout::new(0.5, 1), DropoutStep { epoch: 3, ..step }),
        kept(&Dropout::new(0.5, 1), DropoutStep { seed: 6, ..step }),
        kept(&Dropout::new(0.5, 2), step),
    ];
    let mask = kept(&Dropout::new(0.5, 1), step);
    for other in others {
        let equal = mask.iter().zip(&other).filter(|(one, other)| one == other).count();
        // Half of 3,200 entries, within four standard deviations.
        assert!((equal as f64 - 1_600.0).abs() < 114.0, "{equal} of 3200 entries are the same");
    }
}

#[test]
fn a_step_ends_with_its_work_even_if_that_panics() {
    let _only = one_generator_user();
    let (layer, step) = (Dropout::new(0.5, 0), DropoutStep { seed: 1, epoch: 1, step: 0 });
    let panicked = std::panic::catch_unwind(|| step.run(|| panic!("within the step")));
    assert!(panicked.is_err());
    let draw = || values(layer.forward(Tensor::<2>::ones([20, 20], &Device::flex().autodiff())).inner());
    assert_ne!(draw(), draw(), "outside a step the device draws");
}

#[test]
fn dropout_does_nothing_in_evaluation() {
    let input = random([3, 4], &Device::flex());
    assert_eq!(values(Dropout::new(0.5, 0).forward(input.clone())), values(input));
}

#[test]
fn products_of_matrices_and_their_transposes_are_burns() {
    let _only = one_generator_user();
    let plain = Device::flex();
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
            assert!(difference(found.unwrap(), expected.clone()) < 1e-5);
        }
    }
}

#[test]
fn an_empty_batch_has_an_empty_output() {
    let plain = Device::flex();
    let layer = layer(4, 3, &plain);
    let empty = random([2, 4], &plain).slice([0..0, 0..4]);
    let outputs = Operations::Fused.relu(Operations::Fused.linear(empty.clone(), &layer));
    assert_eq!(outputs.dims(), [0, 3]);
    // The gradient of a layer's weights: a sum over no rows.
    let gradient = product(Factor::Transposed(&empty), Factor::Plain(&outputs)).unwrap();
    assert_eq!(values(gradient), [0.0; 12]);
    let pixels = TensorData::new(Vec::<u8>::new(), [0, 4]);
    assert_eq!(scale(&Tensor::from_data(pixels, (&plain, DType::U8)), 255.0).unwrap().dims(), [0, 4]);
}

#[test]
fn every_byte_is_scaled_as_by_burn() {
    let plain = Device::flex();
    let bytes = TensorData::new((0..=255).collect::<Vec<u8>>(), [8, 32]);
    let pixels = Tensor::<2, Int>::from_data(bytes, (&plain, DType::U8));
    for maximum in [255.0, 16.0] {
        let expected = pixels.clone().float().div_scalar(maximum);
        assert_eq!(values(scale(&pixels, maximum).unwrap()), values(expected));
    }
}

/// Some rows or columns of a matrix, or its transpose.
fn views(device: &Device) -> [Tensor<2>; 3] {
    [
        random([9, 4], device).slice([2..7, 0..4]),
        random([5, 9], device).slice([0..5, 3..7]),
        random([4, 6], device).transpose(),
    ]
}

#[test]
fn views_are_computed_as_what_they_show() {
    let _only = one_generator_user();
    let plain = Device::flex();
    let layer = layer(4, 3, &plain);
    for view in views(&plain) {
        let expected = Operations::Burn.linear(view.clone(), &layer);
        assert!(difference(Operations::Fused.linear(view.clone(), &layer), expected) < 1e-6);
        let expected = Operations::Burn.relu(view.clone());
        assert_eq!(values(Operations::Fused.relu(view.clone())), values(expected));
        let labels = labels(view.dims()[0], 4, &plain);
        let expected = Operations::Burn.cross_entropy(view.clone(), labels.clone());
        assert!(difference(Operations::Fused.cross_entropy(view, labels), expected) < 1e-6);
    }
}

#[test]
fn a_view_is_not_changed_by_a_rectifier() {
    let _only = one_generator_user();
    for view in views(&Device::flex()) {
        let before = values(view.clone());
        Operations::Fused.relu(view.clone());
        assert_eq!(values(view), before);
    }
}

#[test]
fn nan_passes_through_the_rectifier() {
    let nan = Tensor::<2>::from_floats([[f32::NAN]], &Device::flex());
    assert!(values(Operations::Fused.relu(nan))[0].is_nan());
}

#[test]
fn the_loss_of_huge_logits_is_finite_and_exact() {
    let plain = Device::flex();
    let logits = Tensor::from_floats([[1000.0, 0.0], [-1000.0, 0.0]], &plain);
    let labels = Tensor::from_data(TensorData::new(vec![1, 1], [2]), &plain);
    assert_eq!(values(cross_entropy(&logits, &labels).unwrap()), [500.0]);
}

#[test]
fn frozen_layers_and_untracked_inputs_have_no_gradient() {
    let _only = one_generator_user();
    let training = Device::flex().autodiff();
    let layers = [layer(3, 4, &training).no_grad(), layer(4, 2, &training)];
    let by = Operations::Fused;
    let hidden = by.relu(by.linear(random([5, 3], &Device::flex()), &layers[0]));
    let loss = by.cross_entropy(by.linear(hidden, &layers[1]), labels(5, 2, &Device::flex()));
    let gradients = GradientsParams::from_grads(loss.backward(), &layers.to_vec());
    assert!(gradients.get::<2>(layers[0].weight.id).is_none() && gradients.get::<2>(layers[1].weight.id).is_some());
}
