//! The network, its gradients and the optimizers against PyTorch, by the fixtures that `tests/fixtures/make_pytorch.py`
//! wrote.

use std::collections::HashMap;
use std::path::PathBuf;

use burn::nn::{BatchNorm, Linear};
use burn::optim::GradientsParams;
use burn::tensor::{Device, Int, Tensor, TensorData};
use burn::train::TrainStep;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::gradients::Clipping;
use super::step::cross_entropy;
use crate::config::{Activation, ModelConfig, OptimizerConfig, RunConfig};
use crate::data::Batch;
use crate::model::Mlp;

fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pytorch").join(name)
}

fn json<T: DeserializeOwned>(name: &str) -> T {
    serde_json::from_slice(&std::fs::read(fixture(name)).unwrap()).unwrap()
}

fn devices() -> Vec<Device> {
    let names = ["flex", "ndarray"].into_iter().filter(|name| cfg!(feature = "flex") || *name != "flex");
    names.map(|name| crate::backend::open(name.parse().unwrap()).unwrap().device).collect()
}

#[derive(Deserialize)]
struct Case {
    name: String,
    hidden: Vec<usize>,
    activation: Activation,
    batch_norm: bool,
    inputs: Vec<Vec<f32>>,
    labels: Vec<i32>,
    logits: Vec<Vec<f64>>,
    loss: f64,
    gradients: HashMap<String, Vec<f64>>,
}

impl Case {
    /// PyTorch's network on `device`.
    fn mlp(&self, device: &Device) -> Mlp {
        let Self { hidden, activation, batch_norm, .. } = self;
        let (hidden, activation, batch_norm) = (hidden.clone(), *activation, *batch_norm);
        let config = ModelConfig { hidden, activation, batch_norm, ..RunConfig::default().model };
        let file = std::fs::read(fixture(&format!("{}.safetensors", self.name))).unwrap();
        let (features, classes) = (self.inputs[0].len(), self.logits[0].len());
        Mlp::new(&config, features, classes, 0, device).unwrap().load_safetensors(file).unwrap()
    }

    fn batch(&self, device: &Device) -> Batch {
        Batch { features: rows(&self.inputs, device), labels: classes(&self.labels, device) }
    }
}

fn rows(rows: &[Vec<f32>], device: &Device) -> Tensor<2> {
    Tensor::from_data(TensorData::new(rows.concat(), [rows.len(), rows[0].len()]), device)
}

fn classes(labels: &[i32], device: &Device) -> Tensor<1, Int> {
    Tensor::from_data(TensorData::new(labels.to_vec(), [labels.len()]), device)
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

/// Compares relative to the largest expected entry.
fn assert_close(what: &str, ours: &[f64], pytorchs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), pytorchs.len(), "{what}");
    let largest = pytorchs.iter().fold(1e-3f64, |largest, entry| largest.max(entry.abs()));
    for (ours, pytorchs) in ours.iter().zip(pytorchs) {
        assert!((ours - pytorchs).abs() <= tolerance * largest, "{what}: {ours}, PyTorch has {pytorchs}");
    }
}

/// Our gradients under PyTorch's names and in its layout.
fn named_gradients(mlp: &Mlp, gradients: &GradientsParams) -> HashMap<String, Vec<f64>> {
    let mut named = HashMap::new();
    let mut add_linear = |name: &str, linear: &Linear| {
        let weight = gradients.get::<2>(linear.weight.id).unwrap();
        named.insert(format!("{name}.weight"), values(weight.transpose()));
        named.insert(format!("{name}.bias"), values(gradients.get::<1>(linear.bias.as_ref().unwrap().id).unwrap()));
    };
    for (index, block) in mlp.blocks.iter().enumerate() {
        add_linear(&format!("blocks.{index}.linear"), &block.linear);
    }
    add_linear("output", &mlp.output);
    let norms = mlp.blocks.iter().enumerate().filter_map(|(index, block)| Some((index, block.norm.as_ref()?)));
    for (index, BatchNorm { gamma, beta, .. }) in norms {
        named.insert(format!("blocks.{index}.norm.weight"), values(gradients.get::<1>(gamma.id).unwrap()));
        named.insert(format!("blocks.{index}.norm.bias"), values(gradients.get::<1>(beta.id).unwrap()));
    }
    named
}

#[test]
fn a_pytorch_state_dict_gives_pytorchs_logits() {
    for device in devices() {
        for case in json::<Vec<Case>>("cases.json") {
            let logits = values(case.mlp(&device).forward(rows(&case.inputs, &device)));
            assert_close(&format!("{} on {device:?}", case.name), &logits, &case.logits.concat(), 1e-5);
        }
    }
}

#[test]
fn loss_and_gradients_of_every_parameter_are_pytorchs() {
    for device in devices() {
        for case in json::<Vec<Case>>("cases.json") {
            let mlp = case.mlp(&device.clone().autodiff());
            let step = TrainStep::step(&mlp, case.batch(&device));
            assert_close(&case.name, &values(step.item.loss), &[case.loss], 1e-5);
            let ours = named_gradients(&mlp, &step.grads);
            assert_eq!(ours.len(), case.gradients.len(), "{}", case.name);
            for (name, pytorchs) in &case.gradients {
                if case.batch_norm && name.ends_with("linear.bias") {
                    // Batch-norm takes the bias out again: the gradient is 0, and what is left of it is rounding.
                    assert!(ours[name].iter().all(|entry| entry.abs() < 1e-6), "{name}: {:?}", ours[name]);
                    continue;
                }
                assert_close(&format!("{} {name} on {device:?}", case.name), &ours[name], pytorchs, 1e-4);
            }
        }
    }
}

#[derive(Deserialize)]
struct Optimizers {
    hidden: Vec<usize>,
    activation: Activation,
    inputs: Vec<Vec<f32>>,
    labels: Vec<i32>,
    trajectories: Vec<Trajectory>,
}

/// Steps of one optimizer on one batch.
#[derive(Deserialize)]
struct Trajectory {
    name: String,
    optimizer: OptimizerConfig,
    clip_norm: f64,
    clip_value: f64,
    losses: Vec<f64>,
    r#final: HashMap<String, Vec<f64>>,
}

#[test]
fn every_optimizer_walks_pytorchs_way() {
    let Optimizers { hidden, activation, inputs, labels, trajectories } = json("optimizers.json");
    let config = ModelConfig { hidden, activation, ..RunConfig::default().model };
    let file = std::fs::read(fixture("optimizers.safetensors")).unwrap();
    for device in devices() {
        for trajectory in &trajectories {
            let training = device.clone().autodiff();
            let mut mlp =
                Mlp::new(&config, inputs[0].len(), 2, 0, &training).unwrap().load_safetensors(file.clone()).unwrap();
            let settings = RunConfig::default().training;
            let (clip_norm, clip_value) = (trajectory.clip_norm, trajectory.clip_value);
            let clipping = Clipping::new(&crate::config::TrainingConfig { clip_norm, clip_value, ..settings });
            let mut optimizer = trajectory.optimizer.build().unwrap();
            for pytorchs in &trajectory.losses {
                let loss = cross_entropy(mlp.forward(rows(&inputs, &device)), classes(&labels, &device));
                assert_close(&trajectory.name, &values(loss.clone().inner()), &[*pytorchs], 1e-5);
                let gradients = clipping.apply(&mlp, GradientsParams::from_grads(loss.backward(), &mlp));
                mlp = optimizer.step(trajectory.optimizer.learning_rate, mlp, gradients);
            }
            for (name, pytorchs) in &trajectory.r#final {
                let what = format!("{} {name} on {device:?}", trajectory.name);
                assert_close(&what, &named_weights(&mlp)[name], pytorchs, 1e-5);
            }
        }
    }
}

/// Our weights under PyTorch's names and in its layout, for a network without batch-norm.
fn named_weights(mlp: &Mlp) -> HashMap<String, Vec<f64>> {
    let names = (0..mlp.blocks.len()).map(|index| format!("blocks.{index}.linear")).chain(["output".to_string()]);
    let parameters = names.zip(mlp.linears()).flat_map(|(name, linear)| {
        let weight = values(linear.weight.val().inner().transpose());
        let bias = values(linear.bias.as_ref().unwrap().val().inner());
        [(format!("{name}.weight"), weight), (format!("{name}.bias"), bias)]
    });
    parameters.collect()
}
