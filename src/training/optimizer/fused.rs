use burn::optim::Optimizer;
use burn::tensor::{Device, Tensor};

use crate::fused::is_on_host;

/// An optimizer whose steps a kernel takes in one pass over memory, where that is the host's.
#[derive(Debug, Clone)]
pub(super) struct Fused<O, K> {
    /// Takes the first step of each parameter, and all steps on other devices.
    pub optimizer: O,
    pub kernel: K,
}

/// The steps of `O` on tensors in the host's memory.
pub(super) trait Kernel<O: Optimizer>: Clone + Send + Sync + 'static {
    /// One step of the weights of a parameter: the new ones, and the new state.
    fn step<const D: usize>(
        &self,
        rate: f64,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: O::State<D>,
    ) -> (Tensor<D>, O::State<D>);
}

impl<O: Optimizer, K: Kernel<O>> Optimizer for Fused<O, K> {
    type State<const D: usize> = O::State<D>;

    fn step<const D: usize>(
        &self,
        rate: f64,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<Self::State<D>>,
    ) -> (Tensor<D>, Option<Self::State<D>>) {
        match state {
            Some(state) if is_on_host(&gradient) => {
                let (weights, state) = self.kernel.step(rate, weights, gradient, state);
                (weights, Some(state))
            }
            state => self.optimizer.step(rate, weights, gradient, state),
        }
    }

    fn to_device<const D: usize>(state: Self::State<D>, device: &Device) -> Self::State<D> {
        O::to_device(state, device)
    }
}
