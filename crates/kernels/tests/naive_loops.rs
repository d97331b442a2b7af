//! Every kernel against the plainest loop in 64-bit floats: shapes of 0 and 1, sizes around whole vectors, NaN and
//! infinity.

use burn_mlp_kernels::optimizer::{Adam, Decay, Momentum};
use burn_mlp_kernels::{Matrix, batch_norm, cross_entropy, dropout, linear, max_norm, member_factors, pixels, relu};
use proptest::collection::vec;
use proptest::prelude::*;

/// Sizes with 0 and 1, and with and without a remainder after whole vectors.
fn size() -> impl Strategy<Value = usize> {
    prop_oneof![Just(0), Just(1), 2_usize..40, Just(64), Just(65)]
}

fn matrix(rows: usize, columns: usize) -> impl Strategy<Value = Vec<f32>> {
    vec(-2.0_f32..2.0, rows * columns)
}

/// An ordinary number, or once in a while one that isn't.
fn any_number() -> impl Strategy<Value = f32> {
    prop_oneof![
        8 => -2.0_f32..2.0,
        1 => prop::sample::select(vec![f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 0.0, -0.0, f32::MIN_POSITIVE, 1e-40]),
    ]
}

/// Equal up to rounding in sums of terms around `scale`; NaN equals NaN, and infinity itself.
fn is_close(found: f32, expected: f64, scale: f64) -> bool {
    match expected.is_finite() {
        true => (f64::from(found) - expected).abs() <= 1e-5 * scale.max(1.0),
        false => f64::from(found) == expected || found.is_nan() && expected.is_nan(),
    }
}

fn assert_close(found: &[f32], expected: &[f64], scale: f64) {
    assert_eq!(found.len(), expected.len());
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!(is_close(*found, *expected, scale), "entry {index} is {found} instead of {expected}");
    }
}

/// `left right`, of `[rows, inner]` and `[inner, columns]` matrices.
fn naive_product(left: &[f32], right: &[f32], [rows, inner, columns]: [usize; 3]) -> Vec<f64> {
    let entry = |row: usize, column: usize| {
        (0..inner).map(|term| f64::from(left[row * inner + term]) * f64::from(right[term * columns + column])).sum()
    };
    (0..rows)
        .flat_map(|row| (0..columns).map(move |column| (row, column)))
        .map(|(row, column)| entry(row, column))
        .collect()
}

fn transpose<T: Copy>(entries: &[T], [rows, columns]: [usize; 2]) -> Vec<T> {
    (0..columns).flat_map(|column| (0..rows).map(move |row| entries[row * columns + column])).collect()
}

/// The entries of a column.
fn column(entries: &[f32], columns: usize, column: usize) -> Vec<f64> {
    entries.iter().skip(column).step_by(columns).map(|entry| f64::from(*entry)).collect()
}

/// A matrix and its shape.
fn shaped(shape: [usize; 2]) -> impl Strategy<Value = ([usize; 2], Vec<f32>)> {
    matrix(shape[0], shape[1]).prop_map(move |entries| (shape, entries))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn products_of_matrices_and_their_transposes(
        (sizes, left, right) in [size(), size(), size()].prop_flat_map(|[rows, inner, columns]| {
            (Just([rows, inner, columns]), matrix(rows, inner), matrix(inner, columns))
        })
    ) {
        let [rows, inner, columns] = sizes;
        let expected = naive_product(&left, &right, sizes);
        let (left_t, right_t) = (transpose(&left, [rows, inner]), transpose(&right, [inner, columns]));
        let (plain_left, plain_right) = (Matrix::new(&left, [rows, inner]), Matrix::new(&right, [inner, columns]));
        let (left_t, right_t) = (Matrix::new(&left_t, [inner, rows]), Matrix::new(&right_t, [columns, inner]));
        for (left, right) in [
            (plain_left, plain_right),
            (left_t.transposed(), plain_right),
            (plain_left, right_t.transposed()),
            (left_t.transposed(), right_t.transposed()),
        ] {
            assert_close(&left.times(right), &expected, inner as f64);
        }
    }

    #[test]
    fn a_dense_layer_and_its_gradients(
        (sizes, input, weight, bias, gradient) in [size(), size(), size()].prop_flat_map(|[batch, inputs, outputs]| {
            let sizes = Just([batch, inputs, outputs]);
            (sizes, matrix(batch, inputs), matrix(inputs, outputs), matrix(1, outputs), matrix(batch, outputs))
        })
    ) {
        let [batch, inputs, outputs] = sizes;
        let (x, w) = (Matrix::new(&input, [batch, inputs]), Matrix::new(&weight, [inputs, outputs]));
        let dy = Matrix::new(&gradient, [batch, outputs]);
        let mut expected = naive_product(&input, &weight, sizes);
        expected.iter_mut().enumerate().for_each(|(index, entry)| *entry += f64::from(bias[index % outputs]));
        assert_close(&linear::forward(x, w, &bias), &expected, inputs as f64);

        let dw = naive_product(&transpose(&input, [batch, inputs]), &gradient, [inputs, batch, outputs]);
        assert_close(&linear::weight_gradient(x, dy), &dw, batch as f64);
        let dx = naive_product(&gradient, &transpose(&weight, [inputs, outputs]), [batch, outputs, inputs]);
        assert_close(&linear::input_gradient(dy, w), &dx, outputs as f64);
        let db: Vec<f64> = (0..outputs).map(|output| column(&gradient, outputs, output).iter().sum()).collect();
        assert_close(&linear::bias_gradient(&gradient, outputs), &db, batch as f64);
    }

    #[test]
    fn the_factors_of_members_and_their_gradients(
        (sizes, input, scales, shifts, gradient) in [1..5_usize, 0..6_usize, 1..70_usize].prop_flat_map(
            |[members, batch, columns]| {
                let (own, rows) = (|| matrix(members, columns), || matrix(members * batch, columns));
                (Just([members, batch, columns]), rows(), own(), own(), rows())
            }
        )
    ) {
        let [members, batch, columns] = sizes;
        let own = |at: usize| at / (batch * columns).max(1) * columns + at % columns;
        let of = |at: usize| (f64::from(input[at]), f64::from(scales[own(at)]), f64::from(shifts[own(at)]));
        let scaled: Vec<f64> = (0..input.len()).map(|at| of(at).0 * of(at).1).collect();
        assert_close(&member_factors::scale(&input, &scales, columns), &scaled, 1.0);
        let shifted: Vec<f64> = (0..input.len()).map(|at| of(at).0 * of(at).1 + of(at).2).collect();
        assert_close(&member_factors::scale_and_shift(&input, &scales, &shifts, columns), &shifted, 1.0);

        let sums = |term: &dyn Fn(usize) -> f64| {
            let mut sums = vec![0.0; members * columns];
            (0..input.len()).for_each(|at| sums[own(at)] += term(at));
            sums
        };
        let by_shift = sums(&|at| f64::from(gradient[at]));
        assert_close(&member_factors::shift_gradient(&gradient, members, columns), &by_shift, batch as f64);
        let mut by_input = gradient.clone();
        let by_scale = member_factors::scale_gradient(&mut by_input, &input, &scales, columns);
        assert_close(&by_scale, &sums(&|at| f64::from(gradient[at]) * of(at).0), batch as f64);
        let expected: Vec<f64> = (0..input.len()).map(|at| f64::from(gradient[at]) * of(at).1).collect();
        assert_close(&by_input, &expected, 1.0);
    }

    #[test]
    fn the_rectifier_and_its_gradient(entries in vec((any_number(), any_number()), 0..70)) {
        let (input, gradient): (Vec<f32>, Vec<f32>) = entries.into_iter().unzip();
        let mut output = input.clone();
        relu::forward(&mut output);
        let expected = input.iter().map(|&entry| if entry < 0.0 { 0.0 } else { entry });
        prop_assert!(expected.zip(&output).all(|(expected, found)| expected.to_bits() == found.to_bits()));
        let mut by_input = gradient.clone();
        relu::backward(&mut by_input, &output);
        let expected = input.iter().zip(&gradient).map(|(&input, &dy)| if input > 0.0 { dy } else { 0.0 });
        prop_assert!(expected.zip(&by_input).all(|(expected, found)| expected.to_bits() == found.to_bits()));
    }

    #[test]
    fn batch_normalisation_and_its_gradients(
        ([batch, features], input, gradient, gamma, beta) in (1_usize..40, size()).prop_flat_map(|(batch, features)| {
            let parameters = || matrix(1, features);
            (Just([batch, features]), matrix(batch, features), matrix(batch, features), parameters(), parameters())
        })
    ) {
        const EPSILON: f64 = 1e-2;
        let normalized = batch_norm::normalize(&input, features, EPSILON as f32);
        let output = normalized.scale_and_shift(&gamma, &beta);
        let parameters = normalized.parameter_gradients(&gradient);
        let mut by_input = gradient.clone();
        normalized.input_gradient(&mut by_input, &gamma, &parameters);
        let n = batch as f64;
        for feature in 0..features {
            let (x, dy) = (column(&input, features, feature), column(&gradient, features, feature));
            let (scale, shift) = (f64::from(gamma[feature]), f64::from(beta[feature]));
            let mean = x.iter().sum::<f64>() / n;
            let variance = x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
            let deviation = (variance + EPSILON).sqrt();
            let normal: Vec<f64> = x.iter().map(|x| (x - mean) / deviation).collect();
            prop_assert!(is_close(normalized.mean[feature], mean, 1.0));
            prop_assert!(is_close(normalized.variance[feature], variance, 1.0));
            let (sum_dy, sum_x_dy) = (dy.iter().sum::<f64>(), normal.iter().zip(&dy).map(|(x, dy)| x * dy).sum::<f64>());
            prop_assert!(is_close(parameters.beta[feature], sum_dy, 10.0 * n));
            prop_assert!(is_close(parameters.gamma[feature], sum_x_dy, 10.0 * n));
            for row in 0..batch {
                let at = row * features + feature;
                prop_assert!(is_close(output[at], scale * normal[row] + shift, 10.0));
                let dx = scale / deviation * (dy[row] - sum_dy / n - normal[row] * sum_x_dy / n);
                prop_assert!(is_close(by_input[at], dx, 100.0));
            }
        }
    }

    #[test]
    fn softmax_cross_entropy_and_its_gradient(
        (classes, labels, logits) in (1_usize..20, size()).prop_flat_map(|(classes, batch)| {
            (Just(classes), vec(0..classes, batch), matrix(batch, classes))
        })
    ) {
        let found = cross_entropy::cross_entropy(&logits, classes, &labels);
        let batch = labels.len() as f64;
        let mut sum = 0.0;
        for (row, &label) in labels.iter().enumerate() {
            let logits: Vec<f64> = logits[row * classes..][..classes].iter().map(|&logit| f64::from(logit)).collect();
            let total: f64 = logits.iter().map(|logit| logit.exp()).sum();
            sum += total.ln() - logits[label];
            for (class, logit) in logits.iter().enumerate() {
                let one_hot = if class == label { 1.0 } else { 0.0 };
                let expected = (logit.exp() / total - one_hot) / batch;
                prop_assert!(is_close(found.gradient[row * classes + class], expected, 1.0));
            }
        }
        prop_assert!(is_close(found.loss, sum / batch, 10.0));
    }

    #[test]
    fn a_dropout_mask_is_the_same_each_time_and_scales_what_it_keeps(
        entries in vec(any_number(), 0..70), seed: u64, rate in 0.0_f64..0.99
    ) {
        let mask = dropout::Mask::new(seed, rate);
        let (mut ones, mut output) = (vec![1.0; entries.len()], entries.clone());
        mask.apply(&mut ones);
        mask.apply(&mut output);
        let scale = (1.0 / (1.0 - rate)) as f32;
        for ((entry, one), output) in entries.iter().zip(ones).zip(output) {
            prop_assert!(one == 0.0 || one == scale);
            let expected = if one == 0.0 { 0.0 } else { entry * scale };
            prop_assert_eq!(output.to_bits(), expected.to_bits());
        }
    }

    #[test]
    fn bytes_become_fractions_of_their_maximum(bytes in vec(any::<u8>(), 0..70), maximum in 1_u8..) {
        let expected: Vec<f32> = bytes.iter().map(|&byte| f32::from(byte) / f32::from(maximum)).collect();
        prop_assert_eq!(pixels::scale(&bytes, f32::from(maximum)), expected);
    }

    #[test]
    fn columns_above_the_maximum_norm_end_on_it(
        ([inputs, outputs], weights) in [size(), size()].prop_flat_map(shaped), limit in 0.1_f32..4.0
    ) {
        let mut limited = weights.clone();
        if let Some(factors) = max_norm::factors(&weights, outputs, limit) {
            max_norm::scale_columns(&mut limited, &factors);
        }
        for output in 0..outputs.min(inputs * outputs) {
            let length = |entries: &[f32]| column(entries, outputs, output).iter().map(|x| x * x).sum::<f64>().sqrt();
            prop_assert!(is_close(length(&limited) as f32, length(&weights).min(f64::from(limit)), 10.0));
        }
    }

    #[test]
    fn a_step_of_momentum(
        entries in vec([any_number(), any_number(), any_number()], 0..70),
        momentum in 0.0_f32..1.0, nesterov: bool, l2 in prop_oneof![Just(0.0_f32), 0.0_f32..0.1], rate in 0.0_f32..1.0
    ) {
        let [mut velocity, mut gradient, weights] = [0, 1, 2].map(|of| entries.iter().map(|row| row[of]).collect::<Vec<_>>());
        Momentum { momentum, nesterov, l2, rate }.update(&mut velocity, &mut gradient, &weights);
        for (index, [v, g, w]) in entries.into_iter().enumerate() {
            let g = if l2 > 0.0 { w * l2 + g } else { g };
            let v = g + v * momentum;
            let direction = if nesterov { v * momentum + g } else { v };
            prop_assert!(is_close(velocity[index], f64::from(v), 1.0));
            prop_assert!(is_close(gradient[index], f64::from(w - direction * rate), 1.0));
        }
    }

    #[test]
    fn a_step_of_adam_and_adamw(
        entries in vec((any_number(), 0.0_f32..2.0, any_number(), any_number()).prop_map(<[f32; 4]>::from), 0..70),
        share in 0.0_f32..0.1, decoupled: bool, rate in 0.0_f32..0.1, time in 1_usize..1_000
    ) {
        let [mut mean, mut square, mut gradient, weights] =
            [0, 1, 2, 3].map(|of| entries.iter().map(|row| row[of]).collect::<Vec<_>>());
        let decay = if decoupled { Decay::Decoupled(1.0 - share) } else { Decay::Coupled(share) };
        let adam = Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, decay, rate, time };
        adam.update(&mut mean, &mut square, &mut gradient, &weights);
        let (correction1, correction2) = (1.0 - 0.9_f64.powi(time as i32), 1.0 - 0.999_f64.powi(time as i32));
        for (index, row) in entries.into_iter().enumerate() {
            let [m, v, g, w] = row.map(f64::from);
            let g = if decoupled { g } else { w * f64::from(share) + g };
            let w = if decoupled { w * (1.0 - f64::from(share)) } else { w };
            let (m, v) = (0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g);
            let step = f64::from(rate) * (m / correction1) / ((v / correction2).sqrt() + 1e-8);
            prop_assert!(is_close(mean[index], m, 1.0) && is_close(square[index], v, 1.0));
            prop_assert!(is_close(gradient[index], w - step, step.abs() + 1.0), "{} instead of {}", gradient[index], w - step);
        }
    }
}

/// More entries than one thread takes at a time.
#[test]
fn a_shared_step_has_the_bits_of_its_parts() {
    let count = 300_001;
    let entries = |seed: usize| (0..count).map(move |index| ((index * 7919 + seed) % 2003) as f32 / 1e3 - 1.0);
    let momentum = Momentum { momentum: 0.9, nesterov: true, l2: 0.01, rate: 0.1 };
    let weights: Vec<f32> = entries(3).collect();
    let (mut velocity, mut gradient): (Vec<f32>, Vec<f32>) = (entries(1).collect(), entries(2).collect());
    momentum.update(&mut velocity, &mut gradient, &weights);
    let (mut parts, mut part_gradients): (Vec<f32>, Vec<f32>) = (entries(1).collect(), entries(2).collect());
    for ((velocity, gradient), weights) in
        parts.chunks_mut(1_000).zip(part_gradients.chunks_mut(1_000)).zip(weights.chunks(1_000))
    {
        momentum.update(velocity, gradient, weights);
    }
    assert!(velocity == parts && gradient == part_gradients);
}

#[test]
fn a_class_that_does_not_exist_makes_the_loss_nan() {
    assert!(cross_entropy::cross_entropy(&[1.0, 2.0], 2, &[2]).loss.is_nan());
}

#[test]
fn nan_and_infinity_stay_visible_in_a_layer_and_its_loss() {
    for entry in [f32::NAN, f32::INFINITY] {
        let output = linear::forward(Matrix::new(&[entry], [1, 1]), Matrix::new(&[0.0], [1, 1]), &[0.0]);
        assert!(output[0].is_nan());
        let normalized = batch_norm::normalize(&[entry, 1.0], 1, 1e-5);
        assert!(normalized.entries.iter().all(|entry| entry.is_nan()));
        assert!(cross_entropy::cross_entropy(&[entry, 1.0], 2, &[0]).loss.is_nan());
    }
}

#[test]
#[should_panic(expected = "entries of a 2 x 3 matrix")]
fn a_matrix_has_as_many_entries_as_its_shape() {
    Matrix::new(&[1.0; 5], [2, 3]);
}

#[test]
#[should_panic(expected = "factors that fit each other")]
fn factors_of_other_shapes_are_refused() {
    Matrix::new(&[1.0; 6], [2, 3]).times(Matrix::new(&[1.0; 6], [2, 3]));
}
