use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, AutodiffBackend, Flex};
use burn::nn::Linear;
use burn::tensor::Tensor;

use super::Array;
use super::matrix::Matrix;

type Differentiable = Autodiff<Flex>;

/// `input` `[batch, inputs]` through a linear layer, and then a rectifier if `rectified`, to `[batch, outputs]`.
pub(in crate::kernels) fn linear(input: &Tensor<2>, layer: &Linear, rectified: bool) -> Option<Tensor<2>> {
    let bias = layer.bias.as_ref()?.val();
    let weight = layer.weight.val();
    match weight.clone().try_into_primitive::<Differentiable>() {
        Ok(weight) => {
            let bias = bias.try_into_primitive::<Differentiable>().ok()?;
            let output = differentiable(constant_or_tracked(input)?, weight, bias, rectified)?;
            Some(Tensor::from_primitive::<Differentiable>(output))
        }
        Err(_) => {
            let operands = Operands { input: Array::of(input.clone())?, weight: Array::of(weight)? };
            Some(operands.forward(&Array::of(bias)?, rectified).tensor())
        }
    }
}

/// A batch is no part of the graph, and lies on the plain device.
fn constant_or_tracked(input: &Tensor<2>) -> Option<FloatTensor<Differentiable>> {
    match input.clone().try_into_primitive::<Flex>() {
        Ok(input) => Some(Differentiable::from_inner(input)),
        Err(_) => input.clone().try_into_primitive::<Differentiable>().ok(),
    }
}

fn differentiable(
    input: FloatTensor<Differentiable>,
    weight: FloatTensor<Differentiable>,
    bias: FloatTensor<Differentiable>,
    rectified: bool,
) -> Option<FloatTensor<Differentiable>> {
    let (input, input_node) = input.into_parts();
    let (weight, weight_node) = weight.into_parts();
    let (bias, bias_node) = bias.into_parts();
    let operands = Operands { input: Array::new(input)?, weight: Array::new(weight)? };
    let output = operands.forward(&Array::new(bias)?, rectified);
    let prepared = LinearBackward.prepare::<NoCheckpointing>([input_node, weight_node, bias_node]).compute_bound();
    Some(match prepared.stateful() {
        OpsKind::Tracked(prepared) => {
            let state = State { operands, rectified: rectified.then(|| output.clone()) };
            prepared.finish(state, output.primitive())
        }
        OpsKind::UnTracked(prepared) => prepared.finish(output.primitive()),
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
    fn forward(&self, bias: &Array, rectified: bool) -> Array {
        let mut output = Matrix::of(&self.input).times(Matrix::of(&self.weight));
        let bias = bias.entries();
        for row in output.chunks_exact_mut(bias.len().max(1)) {
            for (entry, bias) in row.iter_mut().zip(bias) {
                let sum = *entry + bias;
                *entry = if rectified { rectify(sum) } else { sum };
            }
        }
        Array::from_entries(output, [self.input.size()[0], bias.len()])
    }
}

/// What is no number stays so, and is found in the loss.
fn rectify(value: f32) -> f32 {
    if value < 0.0 { 0.0 } else { value }
}

#[derive(Debug)]
struct LinearBackward;

#[derive(Debug, Clone)]
struct State {
    operands: Operands,
    /// The output `[batch, outputs]`, if it is rectified.
    rectified: Option<Array>,
}

impl Backward<Flex, 3> for LinearBackward {
    type State = State;

    /// Slide 5's equations for one layer: dW = x^T dz, db = the sum of dz over the batch, dx = dz W^T, where dz is the
    /// gradient by the output before the rectifier.
    fn backward(self, ops: Ops<State, 3>, gradients: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [input, weight, bias] = ops.parents;
        let State { operands, rectified } = ops.state;
        let Some(mut gradient) = Array::new(gradients.consume::<Flex>(&ops.node)) else { return };
        let sums = through_rectifier(&mut gradient, rectified.as_ref());
        let dz = Matrix::of(&gradient); // [batch, outputs]
        if let Some(bias) = bias {
            let size = [sums.len()];
            gradients.register::<Flex>(bias.id, Array::from_entries(sums, size).primitive());
        }
        if let Some(weight) = weight {
            let product = Matrix::of(&operands.input).transposed().times(dz);
            let product = Array::from_entries(product, operands.weight.size());
            gradients.register::<Flex>(weight.id, product.primitive());
        }
        if let Some(input) = input {
            let product = dz.times(Matrix::of(&operands.weight).transposed());
            let product = Array::from_entries(product, operands.input.size());
            gradients.register::<Flex>(input.id, product.primitive());
        }
    }
}

/// Turns the gradient by the output into that before the rectifier, whose derivative at 0 is 0, and returns its sums over the
/// batch `[outputs]`.
fn through_rectifier(gradient: &mut Array, output: Option<&Array>) -> Vec<f32> {
    let [_, columns] = gradient.size();
    let mut sums = vec![0.0; columns];
    let gradients = gradient.entries_mut().chunks_exact_mut(columns.max(1));
    match output {
        Some(output) => {
            for (gradients, outputs) in gradients.zip(output.entries().chunks_exact(columns.max(1))) {
                for ((sum, gradient), output) in sums.iter_mut().zip(gradients).zip(outputs) {
                    *gradient = if *output > 0.0 { *gradient } else { 0.0 };
                    *sum += *gradient;
                }
            }
        }
        None => {
            for gradients in gradients {
                for (sum, gradient) in sums.iter_mut().zip(gradients) {
                    *sum += *gradient;
                }
            }
        }
    }
    sums
}
