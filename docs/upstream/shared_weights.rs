//! Reproducer for docs/upstream.md: an optimizer step through burn-train's `Learner`, which keeps a
//! second owner of every weight, compared with the same step on a network with one owner.
//!
//! ```sh
//! cargo run --release --example upstream_shared_weights
//! ```

use std::time::Instant;

use burn::module::Module;
use burn::nn::{Linear, LinearConfig};
use burn::optim::{GradientsParams, ModuleOptimizer, SgdConfig};
use burn::tensor::{Device, Tensor};
use burn::train::{InferenceStep, Learner, TrainOutput, TrainStep};

/// Neurons of the layer and its inputs: 16 MB of weights.
const WIDTH: usize = 2048;
const STEPS: usize = 50;
const RATE: f64 = 1e-6;

#[derive(Module, Debug)]
struct Network {
    layer: Linear,
}

/// Not taken here: only the optimizer's step is.
impl TrainStep for Network {
    type Input = Tensor<2>;
    type Output = ();

    fn step(&self, input: Tensor<2>) -> TrainOutput<()> {
        TrainOutput::new(self, self.layer.forward(input).mean().backward(), ())
    }
}

impl InferenceStep for Network {
    type Input = Tensor<2>;
    type Output = ();

    fn step(&self, _input: Tensor<2>) {}
}

fn main() {
    #[allow(
        deprecated,
        reason = "ndarray is deprecated upstream and the other backend whose tensors lie in main memory"
    )]
    let devices = [("flex", Device::flex()), ("ndarray", Device::ndarray())];
    for (name, device) in devices {
        for _ in 0..2 {
            let through_learner = through_learner(&device);
            let one_owner = one_owner(&device);
            println!("{name}: through the learner {through_learner:.2} ms a step, with one owner {one_owner:.2} ms");
        }
    }
}

fn network(device: &Device) -> (Network, ModuleOptimizer) {
    let layer = LinearConfig::new(WIDTH, WIDTH).with_bias(false).init(&device.clone().autodiff());
    (Network { layer }, SgdConfig::new().init())
}

/// In both cases each step gets a fresh gradient, shared by all parameters.
fn gradients(network: &Network, gradient: &Tensor<2>) -> GradientsParams {
    let mut gradients = GradientsParams::new();
    gradients.register(network.layer.weight.id, gradient.clone());
    gradients
}

/// In milliseconds.
fn through_learner(device: &Device) -> f64 {
    let (network, optimizer) = network(device);
    let gradient = Tensor::<2>::ones([WIDTH, WIDTH], device);
    let mut learner = Learner::new(network, optimizer, RATE);
    learner.lr_step();
    let start = Instant::now();
    for _ in 0..STEPS {
        let gradients = gradients(&learner.model(), &gradient);
        learner.optimizer_step(gradients);
    }
    1e3 * start.elapsed().as_secs_f64() / STEPS as f64
}

/// In milliseconds.
fn one_owner(device: &Device) -> f64 {
    let (mut network, mut optimizer) = network(device);
    let gradient = Tensor::<2>::ones([WIDTH, WIDTH], device);
    let start = Instant::now();
    for _ in 0..STEPS {
        let gradients = gradients(&network, &gradient);
        network = optimizer.step(RATE, network, gradients);
    }
    1e3 * start.elapsed().as_secs_f64() / STEPS as f64
}
