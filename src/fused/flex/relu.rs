use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::tensor::FloatTensor;
use burn::tensor::{DType, Device, Tensor, activation};
use burn_mlp_kernels::relu;

use super::{Array, Differentiable};

/// `max(input, 0)`, in the memory of `input` unless another tensor shares it. Burn's own on other devices.
pub(crate) fn relu<const D: usize>(input: Tensor<D>) -> Tensor<D> {
    let device = input.device();
    if device.clone().inner() != Device::flex() || input.dtype() != DType::F32 {
        return activation::relu(input);
    }
    let output = match device.is_autodiff() {
        true => input
            .try_into_primitive::<Differentiable>()
            .ok()
            .and_then(differentiable)
            .map(Tensor::from_primitive::<Differentiable>),
        false => input.try_into_primitive::<Flex>().ok().and_then(forward).map(Array::into_tensor),
    };
    output.unwrap_or_else(|| unreachable!("the tensor's device and type are flex's"))
}

fn forward(input: FlexTensor) -> Option<Array> {
    let mut output = Array::new(input)?;
    relu::forward(output.entries_mut());
    Some(output)
}

fn differentiable(input: FloatTensor<Differentiable>) -> Option<FloatTensor<Differentiable>> {
    let (input, node) = input.into_parts();
    let output = forward(input)?;
    Some(match ReluBackward.prepare::<NoCheckpointing>([node]).compute_bound().stateful() {
        OpsKind::Tracked(prepared) => prepared.finish(output.clone(), output.into_primitive()),
        OpsKind::UnTracked(prepared) => prepared.finish(output.into_primitive()),
    })
}

#[derive(Debug)]
struct ReluBackward;

impl Backward<Flex, 1> for ReluBackward {
    /// The output.
    type State = Array;

    fn backward(self, ops: Ops<Array, 1>, gradients: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [input] = ops.parents;
        let Some(mut gradient) = Array::new(gradients.consume::<Flex>(&ops.node)) else { return };
        if let Some(input) = input {
            relu::backward(gradient.entries_mut(), ops.state.entries());
            gradients.register::<Flex>(input.id, gradient.into_primitive());
        }
    }
}
