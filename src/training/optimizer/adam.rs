use burn::optim::decay::WeightDecayConfig;
use burn::optim::{Adam, AdamConfig, AdamState, AdamW, AdamWConfig, AdamWState, AdaptiveMomentumState};
use burn::tensor::Tensor;
use burn_mlp_kernels::optimizer::{self, Decay};

use super::fused::{Fused, Kernel};
use crate::config::OptimizerConfig;
use crate::fused::HostTensor;

/// Burn's Adam (Kingma, Ba 2014, arXiv 1412.6980) of `config`, but with its own `l2`, which is
/// added to the gradient.
pub(super) fn adam(config: &OptimizerConfig, l2: f64) -> Fused<Adam, AdamKernel> {
    let kernel = AdamKernel::new(config, l2);
    let optimizer = AdamConfig::new()
        .with_beta_1(kernel.beta1)
        .with_beta_2(kernel.beta2)
        .with_epsilon(kernel.epsilon)
        .with_weight_decay((l2 > 0.0).then(|| WeightDecayConfig::new(kernel.decay)))
        .build();
    Fused { optimizer, kernel }
}

/// Burn's AdamW (Loshchilov, Hutter 2017, arXiv 1711.05101) of `config`, but with its own `decay`,
/// which is decoupled from the gradient.
pub(super) fn adamw(config: &OptimizerConfig, decay: f64) -> Fused<AdamW, AdamKernel> {
    let kernel = AdamKernel::new(config, decay);
    let optimizer = AdamWConfig::new()
        .with_beta_1(kernel.beta1)
        .with_beta_2(kernel.beta2)
        .with_epsilon(kernel.epsilon)
        .with_weight_decay(kernel.decay)
        .build();
    Fused { optimizer, kernel }
}

/// Takes the steps of both.
#[derive(Debug, Clone, Copy)]
pub(super) struct AdamKernel {
    beta1: f32,
    beta2: f32,
    epsilon: f32,
    decay: f32,
}

impl AdamKernel {
    fn new(config: &OptimizerConfig, decay: f64) -> Self {
        let OptimizerConfig { beta1, beta2, epsilon, .. } = *config;
        Self { beta1: beta1 as f32, beta2: beta2 as f32, epsilon: epsilon as f32, decay: decay as f32 }
    }

    fn advance<const D: usize>(
        self,
        rate: f64,
        decay: Decay,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: AdaptiveMomentumState<D>,
    ) -> (Tensor<D>, AdaptiveMomentumState<D>) {
        let Self { beta1, beta2, epsilon, .. } = self;
        let step = optimizer::Adam { beta1, beta2, epsilon, decay, rate: rate as f32, time: state.time + 1 };
        let [mut mean, mut square] = [state.moment_1, state.moment_2].map(HostTensor::new);
        let [mut gradient, weights] = [gradient, weights].map(HostTensor::new);
        step.update(mean.entries_mut(), square.entries_mut(), gradient.entries_mut(), weights.entries());
        let state = AdaptiveMomentumState::new(step.time, mean.into_tensor(), square.into_tensor());
        (gradient.into_tensor(), state)
    }
}

impl Kernel<Adam> for AdamKernel {
    fn step<const D: usize>(
        &self,
        rate: f64,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: AdamState<D>,
    ) -> (Tensor<D>, AdamState<D>) {
        let (weights, moments) = self.advance(rate, Decay::Coupled(self.decay), weights, gradient, state.momentum);
        (weights, AdamState::new(moments))
    }
}

impl Kernel<AdamW> for AdamKernel {
    fn step<const D: usize>(
        &self,
        rate: f64,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: AdamWState<D>,
    ) -> (Tensor<D>, AdamWState<D>) {
        let kept = (1.0 - rate * f64::from(self.decay)) as f32;
        let (weights, moments) = self.advance(rate, Decay::Decoupled(kept), weights, gradient, state.momentum);
        (weights, AdamWState::new(moments))
    }
}
