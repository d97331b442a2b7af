use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{AutodiffBackend, Flex};
use burn::tensor::Tensor;
use burn_mlp_kernels::linear;

use super::{Array, Differentiable};

/// `input weight + bias`, `[batch, outputs]`, of `input` `[batch, inputs]`, `weight` `[inputs, outputs]` and `bias`
/// `[outputs]`.
pub(crate) fn linear(input: &Tensor<2>, weight: Tensor<2>, bias: Tensor<1>) -> Option<Tensor<2>> {
    match weight.clone().try_into_primitive::<Differentiable>() {
        Ok(weight) => {
            let bias = bias.try_into_primitive::<Differentiable>().ok()?;
            let output = differentiable(constant_or_tracked(input)?, weight, bias)?;
            Some(Tensor::from_primitive::<Differentiable>(output))
        }
        Err(_) => {
            let operands = Operands { input: Array::from_tensor(input.clone())?, weight: Array::from_tensor(weight)? };
            Some(operands.forward(&Array::from_tensor(bias)?).into_tensor())
        }
    }
}

/// A batch isn't part of the graph and lies on the plain device.
pub(super) fn constant_or_tracked(input: &Tensor<2>) -> Option<FloatTensor<Differentiable>> {
    match input.clone().try_into_primitive::<Flex>() {
        Ok(input) => Some(Differentiable::from_inner(input)),
        Err(_) => input.clone().try_into_primitive::<Differentiable>().ok(),
    }
}

fn differentiable(
    input: FloatTensor<Differentiable>,
    weight: FloatTensor<Differentiable>,
    bias: FloatTensor<Differentiable>,
) -> Option<FloatTensor<Differentiable>> {
    let (input, input_node) = input.into_parts();
    let (weight, weight_node) = weight.into_parts();
    let (bias, bias_node) = bias.into_parts();
    let operands = Operands { input: Array::new(input)?, weight: Array::new(weight)? };
    let output = operands.forward(&Array::new(bias)?).into_primitive();
    let prepared = LinearBackward.prepare::<NoCheckpointing>([input_node, weight_node, bias_node]).compute_bound();
    Some(match prepared.stateful() {
        OpsKind::Tracked(prepared) => prepared.finish(operands, output),
        OpsKind::UnTracked(prepared) => prepared.finish(output),
    })
}

#[derive(Debug, Clone)]
struct Operands {
    /// `[batch, inputs]`
    input: Array,
    /// `[inputs, outputs]`
    weight: Array,
}

impl Operands {
    /// `[batch, outputs]`
    fn forward(&self, bias: &Array) -> Array {
        let output = linear::forward(self.input.matrix(), self.weight.matrix(), bias.entries());
        Array::from_entries(output, [self.input.size()[0], bias.entries().len()])
    }
}

#[derive(Debug)]
struct LinearBackward;

impl Backward<Flex, 3> for LinearBackward {
    type State = Operands;

    fn backward(self, ops: Ops<Operands, 3>, gradients: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [input, weight, bias] = ops.parents;
        let operands = ops.state;
        let Some(gradient) = Array::new(gradients.consume::<Flex>(&ops.node)) else { return };
        let dy = gradient.matrix(); // [batch, outputs]
        if let Some(bias) = bias {
            let sums = linear::bias_gradient(gradient.entries(), dy.columns());
            gradients.register::<Flex>(bias.id, Array::from_entries(sums, [dy.columns()]).into_primitive());
        }
        if let Some(weight) = weight {
            let product = linear::weight_gradient(operands.input.matrix(), dy);
            let product = Array::from_entries(product, operands.weight.size());
            gradients.register::<Flex>(weight.id, product.into_primitive());
        }
        if let Some(input) = input {
            let product = linear::input_gradient(dy, operands.weight.matrix());
            let product = Array::from_entries(product, operands.input.size());
            gradients.register::<Flex>(input.id, product.into_primitive());
        }
    }
}
