//! Max-norm: after each step, a neuron's incoming weights that are longer than a limit are scaled
//! back to it. Hinton et al. 2012 (arXiv 1207.0580), section 2; there the limit applies to the
//! squared length.

use burn::optim::Optimizer;
use burn::tensor::{Device, Tensor};
use burn_mlp_kernels::max_norm::{self, MIN_LENGTH};

use crate::fused::{HostTensor, is_on_host};

/// An optimizer whose steps end within the limit.
#[derive(Clone)]
pub(super) struct MaxNorm<O> {
    pub optimizer: O,
    /// Maximum L2 norm of a column of a weight matrix `[inputs, outputs]`.
    pub limit: f64,
}

impl<O: Optimizer> Optimizer for MaxNorm<O> {
    type State<const D: usize> = O::State<D>;

    fn step<const D: usize>(
        &self,
        learning_rate: f64,
        weights: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<Self::State<D>>,
    ) -> (Tensor<D>, Option<Self::State<D>>) {
        let (weights, state) = self.optimizer.step(learning_rate, weights, gradient, state);
        (limit_columns(weights, self.limit), state)
    }

    fn to_device<const D: usize>(state: Self::State<D>, device: &Device) -> Self::State<D> {
        O::to_device(state, device)
    }
}

/// Scales columns that are longer than `limit`, in L2 norm, back to it. The shape stays.
fn limit_columns<const D: usize>(weights: Tensor<D>, limit: f64) -> Tensor<D> {
    if D != 2 || !is_on_host(&weights) {
        let lengths = weights.clone().square().sum_dim(0).sqrt(); // [1, columns]
        let factors = lengths.clamp_min(MIN_LENGTH).recip().mul_scalar(limit).clamp_max(1.0); // [1, columns]
        return weights * factors;
    }
    let columns = weights.dims()[1];
    let mut weights = HostTensor::new(weights);
    if let Some(factors) = max_norm::factors(weights.entries(), columns, limit as f32) {
        max_norm::scale_columns(weights.entries_mut(), &factors);
    }
    weights.into_tensor()
}

#[cfg(test)]
mod tests {
    use burn::optim::SgdConfig;

    use super::*;
    use crate::backend::open;

    fn values(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().try_to_vec::<f32>().unwrap()
    }

    #[test]
    fn only_columns_above_the_limit_are_scaled_back_to_it() {
        for backend in ["flex", "ndarray"] {
            let Ok(opened) = open(backend.parse().unwrap()) else { continue };
            let weights = Tensor::<2>::from_floats([[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]], &opened.device);
            let shared = weights.clone();
            assert_eq!(values(limit_columns(weights, 2.5)), [1.5, 0.3, 0.0, 2.0, 0.4, 0.0]);
            assert_eq!(values(shared)[0], 3.0, "a tensor that shares the entries keeps its own");
        }
    }

    #[test]
    fn a_step_is_the_optimizers_and_then_the_limit() {
        let device = crate::backend::open(crate::backend::host()).unwrap().device;
        let optimizer = MaxNorm { optimizer: SgdConfig::new().build(), limit: 1.0 };
        let weights = Tensor::<2>::from_floats([[0.0], [0.0]], &device);
        let gradient = Tensor::<2>::from_floats([[-30.0], [40.0]], &device);
        let (weights, _) = optimizer.step(0.1, weights, gradient, None);
        for (found, expected) in values(weights).iter().zip([0.6, -0.8]) {
            assert!((found - expected).abs() < 1e-6);
        }
    }
}
