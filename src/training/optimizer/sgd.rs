use burn::optim::{Optimizer, RecordState, StateSink, StateSource};
use burn::tensor::{Device, Tensor};
use burn_mlp_kernels::optimizer::Momentum;

use super::fused::{Fused, Kernel};
use crate::config::OptimizerConfig;
use crate::fused::HostTensor;

/// Stochastic gradient descent with momentum, as in PyTorch: [`Momentum`].
///
/// It steps like Burn's `Sgd` with dampening 0, whose state isn't open to a kernel.
#[derive(Debug, Clone)]
pub(super) struct Sgd {
    momentum: f32,
    nesterov: bool,
    l2: f32,
}

#[derive(Debug, Clone)]
pub(super) struct SgdState<const D: usize> {
    /// `None` without momentum.
    velocity: Option<Tensor<D>>,
}

/// The optimizer of `config`, but with its own `l2`.
pub(super) fn sgd(config: &OptimizerConfig, l2: f64) -> Fused<Sgd, Sgd> {
    let optimizer = Sgd { momentum: config.momentum as f32, nesterov: config.nesterov, l2: l2 as f32 };
    Fused { kernel: optimizer.clone(), optimizer }
}

/// Takes one step of a training run's SGD on one tensor, with the L2 coefficient `l2` and the rate of `config`. Returns
/// the new velocity, which starts with `None`, and the new weights.
pub fn momentum_step<const D: usize>(
    config: &OptimizerConfig,
    l2: f64,
    weights: Tensor<D>,
    gradient: Tensor<D>,
    velocity: Option<Tensor<D>>,
) -> (Tensor<D>, Tensor<D>) {
    // Without momentum there is no state, and the velocity is the gradient.
    let alone = gradient.clone() + weights.clone() * l2;
    let state = velocity.filter(|_| config.momentum > 0.0).map(|velocity| SgdState { velocity: Some(velocity) });
    let (weights, state) = sgd(config, l2).step(config.learning_rate, weights, gradient, state);
    (state.and_then(|state| state.velocity).unwrap_or(alone), weights)
}

impl Sgd {
    fn state<const D: usize>(&self, velocity: Tensor<D>) -> SgdState<D> {
        SgdState { velocity: (self.momentum > 0.0).then_some(velocity) }
    }

    fn rule(&self, rate: f64) -> Momentum {
        let Self { momentum, nesterov, l2 } = *self;
        Momentum { momentum, nesterov, l2, rate: rate as f32 }
    }
}

impl Optimizer for Sgd {
    type State<const D: usize> = SgdState<D>;

    fn step<const D: usize>(
        &self,
        rate: f64,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<SgdState<D>>,
    ) -> (Tensor<D>, Option<SgdState<D>>) {
        let velocity = state.and_then(|state| state.velocity);
        let (velocity, weights) = self.rule(rate).step(velocity, gradient, weights);
        (weights, Some(self.state(velocity)))
    }

    fn to_device<const D: usize>(state: SgdState<D>, device: &Device) -> SgdState<D> {
        SgdState { velocity: state.velocity.map(|velocity| velocity.to_device(device)) }
    }
}

impl Kernel<Sgd> for Sgd {
    fn step<const D: usize>(
        &self,
        rate: f64,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: SgdState<D>,
    ) -> (Tensor<D>, SgdState<D>) {
        let Some(velocity) = state.velocity else {
            let (velocity, weights) = self.rule(rate).step(None, gradient, weights);
            return (weights, self.state(velocity));
        };
        let [mut velocity, mut gradient, weights] = [velocity, gradient, weights].map(HostTensor::new);
        self.rule(rate).update(velocity.entries_mut(), gradient.entries_mut(), weights.entries());
        (gradient.into_tensor(), self.state(velocity.into_tensor()))
    }
}

/// The names are those of Burn's own `SgdState`.
const GROUP: &str = "momentum";
const VELOCITY: &str = "velocity";

impl<const D: usize> RecordState for SgdState<D> {
    fn state_flatten(&self, prefix: &str, out: &mut StateSink) {
        if let Some(velocity) = &self.velocity {
            out.push_tensor(&format!("{prefix}.{GROUP}"), VELOCITY, velocity.to_data());
        }
    }

    fn state_unflatten(prefix: &str, source: &mut StateSource, device: &Device) -> Option<Self> {
        let velocity = source.take_tensor(&format!("{prefix}.{GROUP}"), VELOCITY);
        Some(Self { velocity: velocity.map(|data| Tensor::from_data(data, device)) })
    }
}
