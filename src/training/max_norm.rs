//! Max-norm: after every step, the incoming weights of a neuron that are longer than a limit are scaled back to it.
//! Hinton et al. 2012 (arXiv 1207.0580), section 2; there the limit is that of the squared length.

use burn::optim::Optimizer;
use burn::tensor::{Device, Tensor};

use crate::kernels::limit_columns;

/// An optimizer whose steps end within the limit.
#[derive(Clone)]
pub(super) struct MaxNorm<O> {
    pub optimizer: O,
    /// Largest L2 norm of a column of a weight matrix `[inputs, outputs]`.
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

#[cfg(test)]
mod tests {
    use burn::optim::SgdConfig;
    use burn::tensor::Tensor;

    use super::*;

    fn values(tensor: Tensor<2>) -> Vec<f32> {
        tensor.into_data().try_to_vec::<f32>().unwrap()
    }

    #[test]
    fn only_columns_above_the_limit_are_scaled_back_to_it() {
        let device = crate::backend::open(crate::backend::host()).unwrap().device;
        let weights = Tensor::<2>::from_floats([[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]], &device);
        assert_eq!(values(limit_columns(weights, 2.5)), [1.5, 0.3, 0.0, 2.0, 0.4, 0.0]);
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
