//! Training steps against their definitions.

mod device_loss;
mod number_trajectories;
mod pytorch;
mod trajectories;

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Int, Tensor, TensorData};
use burn::train::TrainStep;

use super::forward_pass::StepOutput;
use super::gradients::Clipping;
use super::loaders::Loaders;
use super::loss::{cross_entropy, soft_cross_entropy};
use super::metrics::Metrics;
use super::optimizer::build_optimizer;
use crate::config::{Initializer, OptimizerConfig, OptimizerName, RunConfig};
use crate::data::{Dataset, Features, Samples, SplitIndices, stratified_split};
use crate::loading::Batch;
use crate::model::{L2, Mlp};
use burn_mlp_infer::{Codes, Inputs};

fn device() -> Device {
    crate::backend::open(crate::backend::host()).unwrap().device
}

fn mlp() -> Mlp {
    let mut config = RunConfig::default().model;
    (config.hidden, config.init) = (vec![6], Initializer::Pytorch);
    Mlp::new(&config, 4, 3, 1, &device().autodiff()).unwrap()
}

fn logits(values: &[f32]) -> Tensor<2> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len() / 3, 3]), &device())
}

fn labels(values: &[i32]) -> Tensor<1, Int> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len()]), &device())
}

fn batch() -> Batch {
    let features: Vec<f32> = (0..32).map(|index| ((index * 37 % 101) as f32 - 50.0) / 50.0).collect();
    Batch {
        features: Tensor::from_data(TensorData::new(features, [8, 4]), &device()),
        labels: labels(&[0, 1, 2, 0, 1, 2, 0, 1]),
        weights: None,
        numbers: None,
        targets: None,
    }
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

fn weights(mlp: &Mlp) -> Vec<f64> {
    mlp.linears().flat_map(|linear| [values(linear.weight.val()), values(linear.bias.val())].concat()).collect()
}

fn assert_close(one: &[f64], other: &[f64], tolerance: f64) {
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(other) {
        assert!((one - other).abs() <= tolerance, "{one} is not {other}");
    }
}

/// Returns the first feature of each training row, in the order of an epoch.
fn visited(config: &RunConfig, data: &Dataset, split: &SplitIndices) -> Vec<f64> {
    let loaders = Loaders::new(config, data, split, 1, &device()).unwrap();
    loaders.train.iter().flat_map(|batch| values(batch.unwrap().features)).collect()
}

#[test]
fn without_shuffling_the_training_rows_keep_the_order_of_the_source() {
    let rows = Features::Floats((0..100).map(|row| row as f32).collect());
    let samples = Samples::new(rows, (0..100).map(|row| row * 7 % 3).collect(), 1).unwrap();
    let names = ["a", "b", "c"].map(String::from).to_vec();
    let data = Dataset::new("rows", samples, None, names, None).unwrap();
    for valid in [0.0, 0.3] {
        let mut config = RunConfig::default();
        let split = stratified_split(data.train.labels(), 3, valid, 4).unwrap();
        let in_order: Vec<f64> = split.train.iter().map(|row| *row as f64).collect();
        assert!(in_order.is_sorted() && in_order.len() == 100 - (100.0 * valid) as usize);
        assert_ne!(visited(&config, &data, &split), in_order);
        config.training.shuffle = false;
        assert_eq!(visited(&config, &data, &split), in_order);
    }
}

/// The loss of the only batch of rows whose features are taken as logits.
fn loss_of_batch(samples: Samples) -> f64 {
    let names = ["a", "b"].map(String::from).to_vec();
    let split = SplitIndices { train: (0..samples.len()).collect(), valid: Vec::new() };
    let data = Dataset::new("rows", samples, None, names, None).unwrap();
    let loaders = Loaders::new(&RunConfig::default(), &data, &split, 1, &device()).unwrap();
    let batch = loaders.train.iter().next().unwrap().unwrap();
    let loss = match batch.targets {
        Some(targets) => soft_cross_entropy(batch.features, targets),
        None => cross_entropy(batch.features, batch.labels),
    };
    values(loss)[0]
}

#[test]
fn a_row_of_weight_2_counts_as_two_rows() {
    let rows =
        |values: &[f32], labels: &[u32]| Samples::new(Features::Floats(values.to_vec()), labels.to_vec(), 2).unwrap();
    let weighted = rows(&[1.0, -1.0, 0.5, 0.25, -2.0, 1.0], &[1, 0, 1]).with_weights(vec![20.0, 10.0, 10.0]).unwrap();
    let repeated = rows(&[1.0, -1.0, 1.0, -1.0, 0.5, 0.25, -2.0, 1.0], &[1, 1, 0, 1]);
    let (weighted, repeated) = (loss_of_batch(weighted), loss_of_batch(repeated));
    assert!((weighted - repeated).abs() < 1e-6, "{weighted} and {repeated}");
}

#[test]
fn slide_3s_example_has_the_loss_that_it_prints() {
    // -(ln 0.9 + ln 0.8) / 2, from logits that are the logarithms of the slide's probabilities.
    let logits = logits(&[0.9f32.ln(), 0.1f32.ln(), 1e-15f32.ln(), 0.1f32.ln(), 0.8f32.ln(), 0.1f32.ln()]);
    let loss = values(cross_entropy(logits, labels(&[0, 1])))[0];
    assert!((loss - 0.16425).abs() < 1e-5, "{loss}");
}

#[test]
fn the_loss_is_finite_where_slide_3_clips() {
    let loss = values(cross_entropy(logits(&[1000.0, -1000.0, 0.0]), labels(&[1])))[0];
    assert_eq!(loss, 2000.0);
}

#[test]
fn class_indices_and_one_hot_vectors_give_the_same_loss() {
    let logits = logits(&[0.3, -1.0, 2.0, 1.5, 0.0, -0.5, 0.2, 0.1, 0.0]);
    let one_hot = Tensor::<2>::from_floats([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], &device());
    let log_probabilities = burn::tensor::activation::log_softmax(logits.clone(), 1);
    let by_one_hot = values((one_hot * log_probabilities).sum() / -3.0)[0];
    let by_index = values(cross_entropy(logits, labels(&[2, 0, 1])))[0];
    assert!((by_index - by_one_hot).abs() < 1e-6, "{by_index} {by_one_hot}");
}

#[test]
fn metrics_are_means_over_rows_whatever_the_batches() {
    let output = |loss: f32, values: &[f32], classes: &[i32]| StepOutput {
        loss: Tensor::from_floats([loss], &device()),
        logits: logits(values),
        labels: labels(classes),
        numbers: None,
    };
    let mut metrics = Metrics::new(&device());
    metrics.add(output(1.0, &[1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0], &[0, 1, 1]));
    metrics.add(output(5.0, &[0.0, 0.0, 1.0], &[2]));
    let means = metrics.read().unwrap();
    assert_eq!((means.loss, means.accuracy, metrics.rows()), (2.0, Some(0.75), 4));
}

fn step(config: &OptimizerConfig, l2_in_the_loss: f64) -> Vec<f64> {
    let mlp = mlp();
    let Batch { features, labels, .. } = batch();
    let loss = cross_entropy(mlp.forward(features), labels) + L2::new(l2_in_the_loss).forward(&mlp);
    let gradients = GradientsParams::from_grads(loss.backward(), &mlp);
    weights(&build_optimizer(config, 0.0).unwrap().step(0.1, mlp, gradients))
}

#[test]
fn the_optimizer_applies_the_gradient_of_the_l2_module() {
    for name in [OptimizerName::Sgd, OptimizerName::Adam] {
        let plain = OptimizerConfig { name, ..RunConfig::default().optimizer };
        let decaying = OptimizerConfig { l2: 0.3, ..plain.clone() };
        assert_close(&step(&decaying, 0.0), &step(&plain, 0.3), 1e-6);
    }
}

#[test]
fn adamw_decays_weight_matrices_separately_from_the_gradient() {
    let plain = OptimizerConfig { name: OptimizerName::Adamw, ..RunConfig::default().optimizer };
    let decaying = OptimizerConfig { l2: 0.3, ..plain.clone() };
    let expected: Vec<f64> = {
        let start = mlp();
        let decayed = start.linears().flat_map(|linear| {
            let weight = values(linear.weight.val()).into_iter().map(|weight| -0.1 * 0.3 * weight);
            weight.chain(values(linear.bias.val()).into_iter().map(|_| 0.0)).collect::<Vec<_>>()
        });
        step(&plain, 0.0).into_iter().zip(decayed).map(|(weight, decay)| weight + decay).collect()
    };
    assert_close(&step(&decaying, 0.0), &expected, 1e-6);
}

#[test]
fn learned_vectors_decay_by_their_own_coefficient() {
    let inputs = Inputs { features: 4, codes: Codes { categories: vec![2, 3], size: 2 } };
    let config = RunConfig::default();
    let before = Mlp::new(&config.model, inputs, 3, 1, &device().autodiff()).unwrap();
    let mut batch = batch();
    let features: Vec<f32> = (0..8).flat_map(|row| [row as f32, -1.0, (row % 2) as f32, 3.0]).collect();
    batch.features = Tensor::from_data(TensorData::new(features, [8, 4]), &device());
    for name in OptimizerName::ALL {
        let moved = |embedding_l2, l2| {
            let config = OptimizerConfig { name: *name, embedding_l2, l2, ..config.optimizer.clone() };
            let mut optimizer = build_optimizer(&config, 0.0).unwrap();
            let gradients = TrainStep::step(&before, batch.clone()).grads;
            let after = optimizer.step(0.1, before.clone(), gradients);
            (values(after.embedding.as_ref().unwrap().weight.val()), values(after.output.weight.val()))
        };
        let (plain, decayed) = (moved(0.0, 0.0), moved(0.3, 0.0));
        assert_eq!(plain.0, moved(0.0, 0.3).0, "{name}: dense weights have another coefficient");
        assert_eq!(plain.1, decayed.1, "{name}: dense weights have another coefficient");
        // No row has the last category, whose vector moves by its decay alone.
        let start = values(before.embedding.as_ref().unwrap().weight.val());
        assert_eq!(plain.0[8..], start[8..]);
        assert!(decayed.0[8..].iter().zip(&start[8..]).all(|(after, before)| after.abs() < before.abs()), "{name}");
    }
}

fn gradient_entries(mlp: &Mlp, gradients: &GradientsParams) -> Vec<f64> {
    mlp.linears()
        .flat_map(|linear| {
            let weight = gradients.get::<2>(linear.weight.id).unwrap();
            let bias = gradients.get::<1>(linear.bias.id).unwrap();
            [values(weight), values(bias)].concat()
        })
        .collect()
}

#[test]
fn clipping_by_norm_rescales_all_gradients_together() {
    let mlp = mlp();
    let norm = |entries: &[f64]| entries.iter().map(|entry| entry * entry).sum::<f64>().sqrt();
    let before = gradient_entries(&mlp, &TrainStep::step(&mlp, batch()).grads);
    let clipped = Clipping::Norm(0.1).apply(&mlp, TrainStep::step(&mlp, batch()).grads);
    let after = gradient_entries(&mlp, &clipped);
    assert!(norm(&before) > 0.2 && (norm(&after) - 0.1).abs() < 1e-5);
    let expected: Vec<f64> = before.iter().map(|entry| entry * 0.1 / norm(&before)).collect();
    assert_close(&after, &expected, 1e-6);
    let untouched = Clipping::Norm(100.0).apply(&mlp, TrainStep::step(&mlp, batch()).grads);
    assert_close(&gradient_entries(&mlp, &untouched), &before, 0.0);
}

#[test]
fn clipping_by_value_limits_each_entry() {
    let mlp = mlp();
    let before = gradient_entries(&mlp, &TrainStep::step(&mlp, batch()).grads);
    let clipped = Clipping::Value(0.01).apply(&mlp, TrainStep::step(&mlp, batch()).grads);
    let expected: Vec<f64> = before.iter().map(|entry| entry.clamp(-0.01, 0.01)).collect();
    assert_close(&gradient_entries(&mlp, &clipped), &expected, 1e-9);
}

#[test]
fn a_steps_output_is_detached_from_the_graph() {
    let output = TrainStep::step(&mlp(), batch()).item;
    assert!(!output.loss.device().is_autodiff() && !output.logits.device().is_autodiff());
    assert_eq!(mlp().valid().linears().count(), 2);
}

#[test]
fn the_l2_term_and_the_clipped_norm_of_a_large_matrix_are_the_same_on_any_number_of_threads() {
    let mut config = RunConfig::default().model;
    config.hidden = vec![2100, 2100];
    let clipping = Clipping::new(&crate::config::TrainingConfig { clip_norm: 1e-3, ..RunConfig::default().training });
    // A sum in another order is often the same number, so several are tried.
    for seed in 0..6 {
        let mlp = Mlp::new(&config, 4, 3, seed, &device().autodiff()).unwrap();
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let gradients = clipping.apply(&mlp, mlp.step(batch()).grads);
                let bias = &mlp.output.bias;
                (values(L2::new(1.0).forward(&mlp)), values(gradients.get::<1>(bias.id).unwrap()))
            })
        };
        let alone = on(1);
        for threads in [2, 3, 8] {
            assert_eq!(on(threads), alone, "{threads} threads");
        }
    }
}
