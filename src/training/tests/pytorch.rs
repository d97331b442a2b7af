//! The network and its gradients against PyTorch, from the fixtures of
//! `tests/fixtures/make_pytorch.py`.

use std::collections::HashMap;
use std::path::PathBuf;

use burn::module::Module;
use burn::optim::GradientsParams;
use burn::tensor::{Device, Int, Tensor, TensorData};
use burn::train::TrainStep;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::config::{Activation, ModelConfig, RunConfig};
use crate::loading::Batch;
use crate::model::Mlp;
use crate::model::layers::{BatchNorm, Linear};

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
    running_statistics_after: HashMap<String, Vec<f64>>,
}

impl Case {
    /// Loads PyTorch's network onto `device`.
    fn mlp(&self, device: &Device) -> Mlp {
        let Self { hidden, activation, batch_norm, .. } = self;
        let (hidden, activation, batch_norm) = (hidden.clone(), *activation, *batch_norm);
        let config = ModelConfig { hidden, activation, batch_norm, ..RunConfig::default().model };
        let file = std::fs::read(fixture(&format!("{}.safetensors", self.name))).unwrap();
        let (features, classes) = (self.inputs[0].len(), self.logits[0].len());
        Mlp::new(&config, features, classes, 0, device).unwrap().load_safetensors(file).unwrap()
    }

    fn batch(&self, device: &Device) -> Batch {
        Batch {
            features: rows(&self.inputs, device),
            labels: classes(&self.labels, device),
            weights: None,
            numbers: None,
            targets: None,
        }
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

/// Returns our gradients under PyTorch's names and in its layout.
fn named_gradients(mlp: &Mlp, gradients: &GradientsParams) -> HashMap<String, Vec<f64>> {
    let mut named = HashMap::new();
    let mut add_linear = |name: &str, linear: &Linear| {
        let weight = gradients.get::<2>(linear.weight.id).unwrap();
        named.insert(format!("{name}.weight"), values(weight.transpose()));
        named.insert(format!("{name}.bias"), values(gradients.get::<1>(linear.bias.id).unwrap()));
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
fn a_pytorch_state_dict_yields_pytorchs_logits() {
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
                    // Batch norm removes the bias again, so its gradient is 0 up to rounding.
                    assert!(ours[name].iter().all(|entry| entry.abs() < 1e-6), "{name}: {:?}", ours[name]);
                    continue;
                }
                assert_close(&format!("{} {name} on {device:?}", case.name), &ours[name], pytorchs, 1e-4);
            }
        }
    }
}

#[test]
fn running_statistics_after_a_batch_are_pytorchs() {
    for device in devices() {
        let cases: Vec<Case> = json::<Vec<Case>>("cases.json").into_iter().filter(|case| case.batch_norm).collect();
        assert!(!cases.is_empty());
        for case in cases {
            let mlp = case.mlp(&device.clone().autodiff());
            TrainStep::step(&mlp, case.batch(&device));
            for (index, block) in mlp.valid().blocks.iter().enumerate() {
                let norm = block.norm.as_ref().unwrap();
                for (name, state) in [("running_mean", &norm.running_mean), ("running_var", &norm.running_var)] {
                    let name = format!("blocks.{index}.norm.{name}");
                    let what = format!("{} {name} on {device:?}", case.name);
                    assert_close(&what, &values(state.value()), &case.running_statistics_after[&name], 1e-6);
                }
            }
        }
    }
}
