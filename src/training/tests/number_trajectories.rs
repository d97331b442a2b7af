//! 200 training steps with each loss of numbers against PyTorch's, from the fixtures of
//! `tests/fixtures/make_number_trajectories.py`: the loss of every step, and the final weights, outputs and numbers.

use std::collections::BTreeMap;

use burn::data::dataloader::DataLoader;
use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use burn::train::Learner;
use burn_mlp_infer::{NumericTarget, Task};
use serde::Deserialize;

use super::trajectories::{TOLERANCE, devices, fixture, relative_difference, tensors, values};
use crate::config::{Layers, RunConfig};
use crate::data::{Features, Samples, Targets};
use crate::loading::{DeviceLoader, Order};
use crate::model::layers::DropoutStep;
use crate::model::{InitialWeights, Mlp};
use crate::training::gradients::Clipping;
use crate::training::optimizer::build_optimizer;
use crate::training::schedule::Schedule;
use crate::training::step::train_on;

/// Names of the columns that are predicted.
const TARGETS: [&str; 2] = ["progression", "bmi"];

#[derive(Deserialize)]
struct Fixture {
    /// Standardised, `[rows][features]`.
    features: Vec<Vec<f32>>,
    /// `[rows][targets]`, in their own units.
    numbers: Vec<Vec<f64>>,
    /// The first of the rows; the others are test rows.
    training_rows: usize,
    trajectories: Vec<Trajectory>,
}

#[derive(Deserialize)]
struct Trajectory {
    name: String,
    settings: BTreeMap<String, String>,
    losses: Vec<f64>,
    test_logits: Vec<Vec<f64>>,
    test_values: Vec<Vec<f64>>,
}

fn read() -> Fixture {
    serde_json::from_slice(&std::fs::read(fixture("numbers.json")).unwrap()).unwrap()
}

impl Fixture {
    fn targets(&self) -> Vec<NumericTarget> {
        let training = &self.numbers[..self.training_rows];
        let fit =
            |(place, name): (usize, &&str)| NumericTarget::fit(*name, training.iter().map(|row| row[place]), false);
        TARGETS.iter().enumerate().map(fit).collect()
    }

    fn network(&self, config: &RunConfig, weights: &str, device: &Device) -> Mlp {
        let features = self.features[0].len();
        let weights = fixture(&format!("{weights}.safetensors"));
        let weights = InitialWeights::read(weights, &config.model, features, TARGETS.len()).unwrap();
        weights.apply(Mlp::new(&config.model, features, TARGETS.len(), 0, device).unwrap()).unwrap()
    }

    /// Returns the training rows with their standardised numbers.
    fn training(&self) -> (Samples, Vec<f32>) {
        let rows = &self.numbers[..self.training_rows];
        let targets = self.targets();
        let standardized =
            rows.iter().flat_map(|row| row.iter().zip(&targets).map(|(value, target)| target.standardized(*value)));
        let features = Features::Floats(self.features[..self.training_rows].concat());
        let numbers = Targets::Numbers { values: rows.concat(), count: TARGETS.len() };
        (Samples::with_targets(features, numbers, self.features[0].len()).unwrap(), standardized.collect())
    }

    /// Takes the steps of `trajectory`, with `changes` to the settings, and returns the largest difference from PyTorch.
    fn difference(&self, trajectory: &Trajectory, changes: &[&str], device: &Device) -> f64 {
        let set = |layers: Layers, (key, value): (&String, &String)| layers.set(&format!("{key}={value}"));
        let layers = trajectory.settings.iter().fold(Layers::new(), set);
        let config = changes.iter().fold(layers, |layers, change| layers.set(change)).resolve().unwrap();
        let (samples, standardized) = self.training();
        let loader = DeviceLoader::new(samples, config.training.batch_size, Order::Sequential, 1, device)
            .with_numbers(standardized, config.training.number_loss());
        let Schedule { scheduler, .. } = Schedule::new(&config, loader.batches()).unwrap();
        let mlp = self.network(&config, "numbers-initial", &device.clone().autodiff());
        let mut learner = Learner::new(mlp, build_optimizer(&config.optimizer, 0.0).unwrap(), scheduler);
        let mut losses = Vec::new();
        for epoch in 1..=config.training.epochs {
            for (step, batch) in loader.iter().enumerate() {
                let step = DropoutStep { seed: config.seed, epoch, step };
                let step = train_on(&mut learner, batch.unwrap(), step, Clipping::new(&config.training));
                losses.push(values(step.loss)[0]);
            }
        }
        let mlp = learner.model().valid();
        let test = self.features[self.training_rows..].concat();
        let size = [test.len() / self.features[0].len(), self.features[0].len()];
        let outputs = values(mlp.forward(Tensor::from_data(TensorData::new(test, size), device)));
        let pytorchs = self.network(&config, &trajectory.name, device);
        let weights = tensors(&mlp).into_iter().zip(tensors(&pytorchs));
        let weights = weights.map(|(ours, pytorchs)| relative_difference(&ours, &pytorchs));
        let others = [
            relative_difference(&losses, &trajectory.losses),
            relative_difference(&outputs, &trajectory.test_logits.concat()),
            relative_difference(&self.numbers_of(&outputs), &trajectory.test_values.concat()),
        ];
        weights.chain(others).fold(0.0, f64::max)
    }

    /// The numbers that a saved model would say.
    fn numbers_of(&self, outputs: &[f64]) -> Vec<f64> {
        let task = Task::Regression { targets: self.targets() };
        let rows = outputs.chunks(task.outputs());
        rows.flat_map(|row| row.iter().zip(task.targets()).map(|(output, target)| target.value(*output as f32)))
            .collect()
    }
}

#[test]
fn two_hundred_steps_match_pytorch_for_every_loss_of_numbers() {
    let fixture = read();
    for device in devices() {
        for trajectory in &fixture.trajectories {
            let difference = fixture.difference(trajectory, &[], &device);
            println!("{:16} {difference:.1e} on {device:?}", trajectory.name);
            assert!(difference <= TOLERANCE, "{} differs by {difference:e} on {device:?}", trajectory.name);
        }
    }
}

#[test]
fn a_slightly_different_loss_of_numbers_is_detected() {
    let (fixture, device) = (read(), crate::backend::open(crate::backend::host()).unwrap().device);
    for (name, change) in [("huber", "training.huber_delta=0.701"), ("quantile", "training.quantile=0.801")] {
        let name = format!("numbers-{name}");
        let trajectory = fixture.trajectories.iter().find(|trajectory| trajectory.name == name).unwrap();
        let difference = fixture.difference(trajectory, &[change], &device);
        assert!(difference > 20.0 * TOLERANCE, "{name} with {change} differs by {difference:e} only");
    }
}
