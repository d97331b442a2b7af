//! The program against PyTorch: `--init-from` and `--no-shuffle` over the steps that
//! `tests/fixtures/make_trajectories.py` took, by what the run directory holds at the end.

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

/// As in `src/training/trajectory_tests.rs`: relative to the largest figure, for adam's f32 betas.
const TOLERANCE: f64 = 2e-5;

/// llvmpipe comes to 1.2e-6; a GPU may compute tanh and roots with fewer digits.
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

    /// The largest difference of a run's losses and logits to PyTorch's; its rates must be PyTorch's.
    fn difference(&self, program: &Program, run: &str) -> f64 {
        let rows = program.figures(run);
        let column = |index: usize| -> Vec<f64> { rows.iter().map(|row| row[index].parse().unwrap()).collect() };
        let steps = self.rates.len() / self.epochs.len();
        let last_rates: Vec<f64> = self.rates.iter().skip(steps - 1).step_by(steps).copied().collect();
        assert!(relative_difference(&column(1), &last_rates) < 1e-12, "{}: the rates are not PyTorch's", self.name);
        let losses = relative_difference(&column(2), &self.epochs);
        let logits = test_logits(&program.path(&format!("artifacts/{run}")));
        losses.max(relative_difference(&logits, &self.test_logits.concat()))
    }
}

/// Of the run's saved model, so that batch-norm acts by its running statistics.
fn test_logits(run: &Path) -> Vec<f64> {
    let device = backend::open(backend::host()).unwrap().device;
    let predictor = Predictor::load(run, &device).unwrap();
    let images = read_images(&fixture("data/t10k-images-idx3-ubyte")).unwrap();
    let features: Vec<f32> = images.values.iter().map(|byte| f32::from(*byte) / 255.0).collect();
    let dimension = predictor.metadata().features;
    let rows = TensorData::new(features, [images.values.len() / dimension, dimension]);
    let logits = predictor.mlp().forward(Tensor::<2>::from_data(rows, &device));
    logits.into_data().iter::<f64>().collect()
}

/// Relative to the largest of PyTorch's entries. What is not a number differs without end.
fn relative_difference(ours: &[f64], pytorchs: &[f64]) -> f64 {
    assert_eq!(ours.len(), pytorchs.len());
    let largest = pytorchs.iter().fold(0.0f64, |largest, entry| largest.max(entry.abs()));
    let differences = ours.iter().zip(pytorchs).map(|(ours, pytorchs)| (ours - pytorchs).abs() / largest);
    differences.fold(0.0, |worst, difference| if difference <= worst { worst } else { difference })
}

#[test]
fn every_run_from_pytorchs_weights_over_pytorchs_batches_ends_where_pytorch_does() {
    let program = Program::new();
    for trajectory in trajectories() {
        trajectory.run(&program, &trajectory.name, &trajectory.initial, &[]);
        let difference = trajectory.difference(&program, &trajectory.name);
        println!("{:16} {difference:.1e}", trajectory.name);
        assert!(difference <= TOLERANCE, "{} differs by {difference:e}", trajectory.name);
    }
}

#[test]
fn a_run_in_another_order_or_from_other_weights_ends_elsewhere() {
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
fn wgpu_ends_there_too() {
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
fn a_state_dict_with_names_of_its_own_gives_the_same_run() {
    let program = Program::new();
    let trajectory = trajectory("batch-norm");
    trajectory.run(&program, "named", &trajectory.initial, &["--epochs", "2"]);
    trajectory.run(&program, "sequential", "initial-batch-norm-sequential", &["--epochs", "2"]);
    let tensors = |run: &str| tensors_sha256(&program.read(&format!("artifacts/{run}/model.safetensors"))).unwrap();
    assert_eq!(tensors("named"), tensors("sequential"));
}
