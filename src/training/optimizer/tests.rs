//! Burn's own optimizers are the reference.

use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, Optimizer, SgdConfig};
use burn::tensor::{Device, Tensor, TensorData};

use super::{adam, adamw, sgd};
use crate::backend::{Backend, open};
use crate::config::{BackendRequest, OptimizerConfig, RunConfig};

/// Sizes with and without a remainder after whole vectors, and one that two threads share.
const SHAPES: [[usize; 2]; 3] = [[1, 1], [7, 19], [700, 401]];

fn devices() -> Vec<Device> {
    let compiled_in = [Backend::Flex, Backend::Ndarray].into_iter().filter(|backend| backend.is_compiled_in());
    compiled_in.map(|backend| open(BackendRequest { name: backend.name(), index: None }).unwrap().device).collect()
}

/// Repeatable entries around 0.
fn entries(shape: [usize; 2], seed: usize, device: &Device) -> Tensor<2> {
    let entry = |index: usize| ((index * 7919 + seed * 104_729) % 2003) as f32 / 1000.0 - 1.0;
    Tensor::from_data(TensorData::new((0..shape[0] * shape[1]).map(entry).collect::<Vec<_>>(), shape), device)
}

/// The weights after five steps.
fn trained<O: Optimizer>(optimizer: &O, shape: [usize; 2], device: &Device) -> Vec<f32> {
    let (mut weights, mut state) = (entries(shape, 0, device), None);
    for step in 1..=5 {
        (weights, state) = optimizer.step(0.1 / step as f64, weights, entries(shape, step, device), state);
    }
    weights.into_data().try_to_vec().unwrap()
}

fn check<O: Optimizer, B: Optimizer>(ours: &O, burns: &B, tolerance: f32) {
    for device in devices() {
        for shape in SHAPES {
            let (found, expected) = (trained(ours, shape, &device), trained(burns, shape, &device));
            let differs = |(found, expected): (&f32, &f32)| (found - expected).abs() > tolerance * expected.abs();
            let place = found.iter().zip(&expected).position(differs);
            assert_eq!(place.map(|place| (found[place], expected[place])), None, "{shape:?} on {device:?}");
        }
    }
}

fn config() -> OptimizerConfig {
    RunConfig::default().optimizer
}

#[test]
fn fused_momentum_equals_burns_to_the_last_bit() {
    for (momentum, nesterov, l2) in [(0.0, false, 0.0), (0.9, false, 0.0), (0.9, true, 0.0), (0.5, true, 0.01)] {
        let burns = SgdConfig::new()
            .with_momentum(
                (momentum > 0.0)
                    .then(|| MomentumConfig::new().with_momentum(momentum).with_dampening(0.0).with_nesterov(nesterov)),
            )
            .with_weight_decay((l2 > 0.0).then(|| WeightDecayConfig::new(l2 as f32)));
        check(&sgd(&OptimizerConfig { momentum, nesterov, ..config() }, l2), &burns.build(), 0.0);
    }
}

#[test]
fn fused_adam_equals_burns_to_the_last_bit() {
    for l2 in [0.0, 0.01] {
        let decay = (l2 > 0.0).then(|| WeightDecayConfig::new(l2 as f32));
        let burns = AdamConfig::new().with_epsilon(1e-8).with_weight_decay(decay);
        check(&adam(&config(), l2), &burns.build(), 0.0);
    }
}

#[test]
fn fused_adamw_equals_burns_to_rounding() {
    for decay in [0.0, 0.01] {
        let burns = AdamWConfig::new().with_epsilon(1e-8).with_weight_decay(decay as f32);
        check(&adamw(&config(), decay), &burns.build(), 1e-4);
    }
}
