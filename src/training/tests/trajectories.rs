//! 200 training steps against PyTorch's, from the fixtures of
//! `tests/fixtures/make_trajectories.py`: the loss and the rate of every step, and the final
//! weights and test logits.

use std::collections::BTreeMap;
use std::path::PathBuf;

use burn::data::dataloader::DataLoader;
use burn::module::Module;
use burn::tensor::{Device, Tensor, TensorData};
use burn::train::Learner;
use serde::Deserialize;

use crate::config::{Layers, OptimizerName, RunConfig};
use crate::data::{self, Dataset};
use crate::loading::{DeviceLoader, Order};
use crate::model::layers::DropoutStep;
use crate::model::{InitialWeights, Mlp};
use crate::training::gradients::Clipping;
use crate::training::optimizer::build_optimizer;
use crate::training::schedule::Schedule;
use crate::training::step::train_on;

/// Maximum difference from PyTorch's f64 values, relative to the largest value of its kind (a
/// trajectory's losses, one tensor's entries, all logits). One rounding to f32 is 6e-8; 200 steps,
/// each with sums over 64 features and 16 rows, add up to 1.4e-6 on flex and ndarray, and to as
/// much in PyTorch's own f32.
pub(super) const TOLERANCE: f64 = 4e-6;

/// Tolerance for adam and adamw, whose betas Burn keeps as f32: 1 - 0.999 is then off by 1.3e-5,
/// which adds up to 6.6e-6.
const ADAM_TOLERANCE: f64 = 2e-5;

/// Rates are f64 in both programs.
const RATE_TOLERANCE: f64 = 1e-12;

#[derive(Deserialize)]
struct Trajectory {
    name: String,
    /// The file of the weights to start from.
    initial: String,
    settings: BTreeMap<String, String>,
    losses: Vec<f64>,
    rates: Vec<f64>,
    test_logits: Vec<Vec<f64>>,
}

/// The result of 200 steps.
struct Walk {
    losses: Vec<f64>,
    rates: Vec<f64>,
    mlp: Mlp,
    test_logits: Vec<f64>,
}

pub(super) fn fixture(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/trajectories").join(name)
}

fn trajectories() -> Vec<Trajectory> {
    serde_json::from_slice(&std::fs::read(fixture("trajectories.json")).unwrap()).unwrap()
}

fn trajectory(name: &str) -> Trajectory {
    trajectories().into_iter().find(|trajectory| trajectory.name == name).unwrap()
}

pub(super) fn devices() -> Vec<Device> {
    let names = ["flex", "ndarray"].into_iter().filter(|name| cfg!(feature = "flex") || *name != "flex");
    names.map(|name| crate::backend::open(name.parse().unwrap()).unwrap().device).collect()
}

impl Trajectory {
    fn config(&self, changes: &[&str]) -> RunConfig {
        let source = format!("data.source=idx:{}", fixture("data").display());
        let layers = self
            .settings
            .iter()
            .fold(Layers::new().set(&source), |layers, (key, value)| layers.set(&format!("{key}={value}")));
        changes.iter().fold(layers, |layers, change| layers.set(change)).resolve().unwrap()
    }

    fn tolerance(&self) -> f64 {
        if self.config(&[]).optimizer.name == OptimizerName::Sgd { TOLERANCE } else { ADAM_TOLERANCE }
    }

    /// Creates the network of `config` with the weights of a fixture.
    fn network(config: &RunConfig, data: &Dataset, weights: &str, device: &Device) -> Mlp {
        let (features, classes) = (data.train.dimension(), data.class_names.len());
        let path = fixture(&format!("{weights}.safetensors"));
        let weights = InitialWeights::read(path, &config.model, features, classes).unwrap();
        weights.apply(Mlp::new(&config.model, features, classes, 0, device).unwrap()).unwrap()
    }

    /// Takes the same steps with this crate, with `changes` to the settings.
    fn walk(&self, changes: &[&str], device: &Device) -> Walk {
        let config = self.config(changes);
        let data = data::load(&config, &mut |_| ()).unwrap();
        let loader = DeviceLoader::new(data.train.clone(), config.training.batch_size, Order::Sequential, 1, device);
        let Schedule { scheduler, plateau } = Schedule::new(&config, loader.batches()).unwrap();
        let mlp = Self::network(&config, &data, &self.initial, &device.clone().autodiff());
        let mut learner = Learner::new(mlp, build_optimizer(&config.optimizer, 0.0).unwrap(), scheduler);
        let (mut losses, mut rates) = (Vec::new(), Vec::new());
        for epoch in 1..=config.training.epochs {
            let mut total = 0.0;
            for (step, batch) in loader.iter().enumerate() {
                let batch = batch.unwrap();
                let [rows] = batch.labels.dims();
                let step = DropoutStep { seed: config.seed, epoch, step };
                let step = train_on(&mut learner, batch, step, Clipping::new(&config.training));
                let loss = values(step.loss)[0];
                total += loss * rows as f64;
                losses.push(loss);
                rates.push(learner.lr_current().base());
            }
            if let Some(plateau) = plateau.as_ref().filter(|_| epoch > config.schedule.warmup_epochs) {
                plateau.observe(total / data.train.len() as f64);
            }
        }
        let mlp = learner.model().valid();
        let test = data.test.as_ref().unwrap();
        let features = TensorData::new(test.to_floats(), [test.len(), test.dimension()]);
        let test_logits = values(mlp.forward(Tensor::from_data(features, device)));
        Walk { losses, rates, mlp, test_logits }
    }

    /// Returns the largest difference between a walk's losses, weights and logits and PyTorch's.
    fn difference(&self, walk: &Walk) -> f64 {
        let config = self.config(&[]);
        let data = data::load(&config, &mut |_| ()).unwrap();
        let device = walk.mlp.output.weight.val().device();
        let pytorchs = Self::network(&config, &data, &self.name, &device);
        let weights = tensors(&walk.mlp).into_iter().zip(tensors(&pytorchs));
        let weights = weights.map(|(ours, pytorchs)| relative_difference(&ours, &pytorchs));
        let losses = relative_difference(&walk.losses, &self.losses);
        let logits = relative_difference(&walk.test_logits, &self.test_logits.concat());
        weights.chain([losses, logits]).fold(0.0, f64::max)
    }
}

pub(super) fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f64> {
    tensor.into_data().iter::<f64>().collect()
}

/// Returns every tensor of a network without autodiff, including running statistics.
pub(super) fn tensors(mlp: &Mlp) -> Vec<Vec<f64>> {
    let linears = mlp.linears().flat_map(|linear| [values(linear.weight.val()), values(linear.bias.val())]);
    let norms = mlp.blocks.iter().filter_map(|block| block.norm.as_ref()).flat_map(|norm| {
        let running = [norm.running_mean.value(), norm.running_var.value()];
        [norm.gamma.val(), norm.beta.val()].into_iter().chain(running).map(values)
    });
    linears.chain(norms).collect()
}

/// Returns the largest difference relative to the largest of PyTorch's entries; NaN if an entry is
/// NaN.
pub(super) fn relative_difference(ours: &[f64], pytorchs: &[f64]) -> f64 {
    assert_eq!(ours.len(), pytorchs.len());
    let largest = pytorchs.iter().fold(0.0f64, |largest, entry| largest.max(entry.abs()));
    let differences = ours.iter().zip(pytorchs).map(|(ours, pytorchs)| (ours - pytorchs).abs() / largest);
    differences.fold(0.0, |worst, difference| if difference <= worst { worst } else { difference })
}

#[test]
fn two_hundred_steps_match_pytorch_for_every_setting() {
    for device in devices() {
        for trajectory in trajectories() {
            let walk = trajectory.walk(&[], &device);
            assert_eq!(walk.losses.len(), 200);
            let rates = relative_difference(&walk.rates, &trajectory.rates);
            assert!(rates <= RATE_TOLERANCE, "{}: rates differ by {rates:e}", trajectory.name);
            let difference = trajectory.difference(&walk);
            println!("{:16} {difference:.1e} on {device:?}", trajectory.name);
            assert!(
                difference <= trajectory.tolerance(),
                "{} differs by {difference:e} on {device:?}",
                trajectory.name
            );
        }
    }
}

#[test]
fn a_slightly_different_rule_is_detected() {
    let device = crate::backend::open(crate::backend::host()).unwrap().device;
    for (name, change) in [
        ("sgd", "optimizer.learning_rate=0.05001"),
        ("momentum", "optimizer.momentum=0.899"),
        ("nesterov", "optimizer.nesterov=false"),
        ("momentum-l2", "optimizer.l2=0.0101"),
        ("adam", "optimizer.epsilon=0.000001"),
        ("adam", "optimizer.beta2=0.9985"),
        ("adam-l2", "optimizer.name=adamw"),
        ("adamw", "optimizer.l2=0.099"),
        ("clip-norm", "training.clip_norm=0.301"),
        ("clip-value", "training.clip_value=0.0201"),
        ("cosine", "schedule.min_lr=0.00105"),
        ("step", "schedule.step_epochs=8"),
        ("exponential", "schedule.factor=0.951"),
        ("plateau", "schedule.patience=3"),
        ("warm-up", "schedule.warmup_epochs=2"),
        ("warm-up-cosine", "schedule.warmup_epochs=3"),
        ("warm-up-plateau", "schedule.cooldown=4"),
        ("batch-norm", "training.batch_size=17"),
    ] {
        let trajectory = trajectory(name);
        let mut walk = trajectory.walk(&[change], &device);
        walk.losses.resize(200, 0.0);
        let difference = trajectory.difference(&walk);
        println!("{name:16} {change:32} {difference:.1e}");
        assert!(difference > 20.0 * trajectory.tolerance(), "{name} with {change} differs by {difference:e} only");
    }
}
