//! The program against PyTorch: `--init-from` and `--no-shuffle` over the steps of
//! `tests/fixtures/make_trajectories.py`, compared by the final run directory.

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::tensor::{Tensor, TensorData};
use burn_mlp::backend;
use burn_mlp::data::read_images;
use burn_mlp::inference::Predictor;
use burn_mlp::model::tensors_sha256;
use serde::Deserialize;
use support::Program;

/// Relative to the largest value; wide enough for adam's f32 betas, as in
/// `src/training/tests/trajectories.rs`.
const TOLERANCE: f64 = 2e-5;

/// llvmpipe differs by 1.2e-6; a GPU may compute tanh and roots less precisely.
const WGPU_TOLERANCE: f64 = 1e-4;

#[derive(Deserialize)]
struct Trajectory {
    name: String,
    initial: String,
    settings: BTreeMap<String, String>,
    /// The rate of each step.
    rates: Vec<f64>,
    /// The mean training loss of each epoch.
    epochs: Vec<f64>,
    test_logits: Vec<Vec<f64>>,
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/trajectories").join(name)
}

fn trajectories() -> Vec<Trajectory> {
    serde_json::from_slice(&std::fs::read(fixture("trajectories.json")).unwrap()).unwrap()
}

fn trajectory(name: &str) -> Trajectory {
    trajectories().into_iter().find(|trajectory| trajectory.name == name).unwrap()
}

fn strings(arguments: &[String]) -> Vec<&str> {
    arguments.iter().map(String::as_str).collect()
}

impl Trajectory {
    fn arguments(&self, initial: &str) -> Vec<String> {
        let weights = fixture(&format!("{initial}.safetensors")).display().to_string();
        let data = format!("idx:{}", fixture("data").display());
        let mut arguments = ["--init-from", &weights, "--data", &data, "--no-shuffle"].map(String::from).to_vec();
        for (key, value) in &self.settings {
            arguments.extend(["--set".to_string(), format!("{key}={value}")]);
        }
        arguments
    }

    fn run(&self, program: &Program, name: &str, initial: &str, more: &[&str]) {
        program.run(&[&strings(&self.arguments(initial))[..], &["--name", name], more].concat()).succeeds();
    }

    /// Returns the largest difference between a run's losses and logits and PyTorch's, and asserts
    /// equal rates.
    fn difference(&self, program: &Program, run: &str) -> f64 {
        let rows = program.metrics(run);
        let column = |index: usize| -> Vec<f64> { rows.iter().map(|row| row[index].parse().unwrap()).collect() };
        let steps = self.rates.len() / self.epochs.len();
        let last_rates: Vec<f64> = self.rates.iter().skip(steps - 1).step_by(steps).copied().collect();
        assert!(relative_difference(&column(1), &last_rates) < 1e-12, "{}: the rates are not PyTorch's", self.name);
        let losses = relative_difference(&column(2), &self.epochs);
        let logits = test_logits(&program.path(&format!("artifacts/{run}")));
        losses.max(relative_difference(&logits, &self.test_logits.concat()))
    }
}

/// Returns the logits of the saved model, whose batch norm uses running statistics.
fn test_logits(run: &Path) -> Vec<f64> {
    let device = backend::open(backend::host()).unwrap().device;
    let predictor = Predictor::load(run, &device).unwrap();
    let images = read_images(&fixture("data/t10k-images-idx3-ubyte")).unwrap();
    let features: Vec<f32> = images.values.iter().map(|byte| f32::from(*byte) / 255.0).collect();
    let dimension = predictor.metadata().features;
    let rows = TensorData::new(features, [images.values.len() / dimension, dimension]);
    let logits = predictor.networks()[0].forward(Tensor::<2>::from_data(rows, &device));
    logits.into_data().iter::<f64>().collect()
}

/// Returns the largest difference relative to the largest of PyTorch's entries; NaN if an entry is
/// NaN.
fn relative_difference(ours: &[f64], pytorchs: &[f64]) -> f64 {
    assert_eq!(ours.len(), pytorchs.len());
    let largest = pytorchs.iter().fold(0.0f64, |largest, entry| largest.max(entry.abs()));
    let differences = ours.iter().zip(pytorchs).map(|(ours, pytorchs)| (ours - pytorchs).abs() / largest);
    differences.fold(0.0, |worst, difference| if difference <= worst { worst } else { difference })
}

#[test]
fn runs_from_pytorchs_weights_over_pytorchs_batches_end_like_pytorch() {
    let program = Program::new();
    for trajectory in trajectories() {
        trajectory.run(&program, &trajectory.name, &trajectory.initial, &[]);
        let difference = trajectory.difference(&program, &trajectory.name);
        println!("{:16} {difference:.1e}", trajectory.name);
        assert!(difference <= TOLERANCE, "{} differs by {difference:e}", trajectory.name);
    }
}

#[test]
fn a_run_in_another_order_or_from_other_weights_ends_differently() {
    let program = Program::new();
    let trajectory = trajectory("sgd");
    for (name, flag, words) in [("shuffled", "--no-shuffle", 1), ("drawn", "--init-from", 2)] {
        let mut arguments = trajectory.arguments(&trajectory.initial);
        let at = arguments.iter().position(|argument| argument == flag).unwrap();
        arguments.drain(at..at + words);
        program.run(&[&strings(&arguments)[..], &["--name", name]].concat()).succeeds();
        let difference = trajectory.difference(&program, name);
        assert!(difference > 20.0 * TOLERANCE, "{name} differs by {difference:e} only");
    }
}

#[test]
fn a_run_on_wgpu_ends_like_pytorch() {
    let program = Program::new();
    if !program.has_wgpu() {
        return;
    }
    let trajectory = trajectory("batch-norm");
    trajectory.run(&program, "on-wgpu", &trajectory.initial, &["--backend", "wgpu"]);
    let difference = trajectory.difference(&program, "on-wgpu");
    println!("{difference:.1e} on wgpu");
    assert!(difference <= WGPU_TOLERANCE, "it differs by {difference:e}");
}

#[test]
fn a_state_dict_with_other_names_starts_the_same_run() {
    let program = Program::new();
    let trajectory = trajectory("batch-norm");
    trajectory.run(&program, "named", &trajectory.initial, &["--epochs", "2"]);
    trajectory.run(&program, "sequential", "initial-batch-norm-sequential", &["--epochs", "2"]);
    let tensors = |run: &str| tensors_sha256(&program.read(&format!("artifacts/{run}/model.safetensors"))).unwrap();
    assert_eq!(tensors("named"), tensors("sequential"));
}
