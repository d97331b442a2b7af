use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{AutodiffBackend, Flex};
use burn::tensor::Tensor;
use burn_mlp_kernels::batch_norm::{self as kernel, ParameterGradients};

use super::{Array, Differentiable};
use crate::fused::Normalized;

/// `input` `[batch, features]` normalised by its own statistics, times `gamma` plus `beta`, `[features]` each.
/// `None` for tensors of the plain device.
pub(crate) fn batch_norm(input: &Tensor<2>, gamma: Tensor<1>, beta: Tensor<1>, epsilon: f64) -> Option<Normalized> {
    let (input, input_node) = input.clone().try_into_primitive::<Differentiable>().ok()?.into_parts();
    let (gamma, gamma_node) = gamma.try_into_primitive::<Differentiable>().ok()?.into_parts();
    let (beta, beta_node) = beta.try_into_primitive::<Differentiable>().ok()?.into_parts();
    let (input, gamma, beta) = (Array::new(input)?, Array::new(gamma)?, Array::new(beta)?);

    let normalized = kernel::normalize(input.entries(), input.size()[1], epsilon as f32);
    let (mean, variance) = (constant(&normalized.mean), constant(&normalized.variance));
    let output = normalized.scale_and_shift(gamma.entries(), beta.entries());
    let output = Array::from_entries(output, input.size()).into_primitive();

    let prepared = BatchNormBackward.prepare::<NoCheckpointing>([input_node, gamma_node, beta_node]).compute_bound();
    let output = match prepared.stateful() {
        OpsKind::Tracked(prepared) => prepared.finish(State { normalized, gamma }, output),
        OpsKind::UnTracked(prepared) => prepared.finish(output),
    };
    Some(Normalized { output: Tensor::from_primitive::<Differentiable>(output), mean, variance })
}

/// On the autodiff device, where the running statistics are too.
fn constant(entries: &[f32]) -> Tensor<1> {
    let array = Array::from_entries(entries.to_vec(), [entries.len()]);
    let constant: FloatTensor<Differentiable> = Differentiable::from_inner(array.into_primitive());
    Tensor::from_primitive::<Differentiable>(constant)
}

#[derive(Debug)]
struct BatchNormBackward;

#[derive(Debug, Clone)]
struct State {
    normalized: kernel::Normalized,
    gamma: Array,
}

impl Backward<Flex, 3> for BatchNormBackward {
    type State = State;

    fn backward(self, ops: Ops<State, 3>, gradients: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [input, gamma, beta] = ops.parents;
        let State { normalized, gamma: scale } = ops.state;
        let Some(mut gradient) = Array::new(gradients.consume::<Flex>(&ops.node)) else { return };
        let parameters = normalized.parameter_gradients(gradient.entries());
        if let Some(input) = input {
            normalized.input_gradient(gradient.entries_mut(), scale.entries(), &parameters);
            gradients.register::<Flex>(input.id, gradient.into_primitive());
        }
        let ParameterGradients { gamma: by_gamma, beta: by_beta } = parameters;
        for (node, entries) in [(gamma, by_gamma), (beta, by_beta)] {
            if let Some(node) = node {
                let size = [entries.len()];
                gradients.register::<Flex>(node.id, Array::from_entries(entries, size).into_primitive());
            }
        }
    }
}
