use burn::backend::Flex;
use burn::backend::autodiff::NodeId;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::tensor::Tensor;
use burn_mlp_kernels::{linear, member_factors};

use super::linear::constant_or_tracked;
use super::{Array, Differentiable};
use crate::fused::SharedLinear;

/// `s * (W (r * x) + b) + c` of members that share `W` and `b`; `[members * batch, inputs]` to
/// `[members * batch, outputs]`. `None` for tensors of the plain device.
pub(crate) fn shared_linear(input: &Tensor<2>, layer: SharedLinear) -> Option<Tensor<2>> {
    let SharedLinear { weight, bias, input_scale, output_scale, output_bias } = layer;
    let (weight, weight_node) = weight.try_into_primitive::<Differentiable>().ok()?.into_parts();
    let (bias, bias_node) = bias.try_into_primitive::<Differentiable>().ok()?.into_parts();
    let (input_scale, input_scale_node) = input_scale.try_into_primitive::<Differentiable>().ok()?.into_parts();
    let (output_scale, output_scale_node) = output_scale.try_into_primitive::<Differentiable>().ok()?.into_parts();
    let (output_bias, output_bias_node) = output_bias.try_into_primitive::<Differentiable>().ok()?.into_parts();
    let (input, input_node) = constant_or_tracked(input)?.into_parts();

    let (input, weight) = (Array::new(input)?, Array::new(weight)?);
    let (input_scale, output_scale) = (Array::new(input_scale)?, Array::new(output_scale)?);
    let [inputs, outputs] = weight.size();
    let scaled = member_factors::scale(input.entries(), input_scale.entries(), inputs);
    let scaled = Array::from_entries(scaled, input.size());
    let shared = linear::forward(scaled.matrix(), weight.matrix(), Array::new(bias)?.entries());
    let (scales, biases) = (output_scale.entries(), Array::new(output_bias)?);
    let output = member_factors::scale_and_shift(&shared, scales, biases.entries(), outputs);
    let size = [input.size()[0], outputs];
    let output = Array::from_entries(output, size).into_primitive();

    let nodes = [input_node, weight_node, bias_node, input_scale_node, output_scale_node, output_bias_node];
    let state = State { input, scaled, weight, shared: Array::from_entries(shared, size), input_scale, output_scale };
    let prepared = SharedLinearBackward.prepare::<NoCheckpointing>(nodes).compute_bound();
    let output = match prepared.stateful() {
        OpsKind::Tracked(prepared) => prepared.finish(state, output),
        OpsKind::UnTracked(prepared) => prepared.finish(output),
    };
    Some(Tensor::from_primitive::<Differentiable>(output))
}

#[derive(Debug, Clone)]
struct State {
    /// `x` `[members * batch, inputs]`
    input: Array,
    /// `r * x` `[members * batch, inputs]`
    scaled: Array,
    /// `[inputs, outputs]`
    weight: Array,
    /// `W (r * x) + b` `[members * batch, outputs]`
    shared: Array,
    /// `[members, inputs]`
    input_scale: Array,
    /// `[members, outputs]`
    output_scale: Array,
}

#[derive(Debug)]
struct SharedLinearBackward;

impl Backward<Flex, 6> for SharedLinearBackward {
    type State = State;

    fn backward(self, ops: Ops<State, 6>, gradients: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [input, weight, bias, input_scale, output_scale, output_bias] =
            ops.parents.map(|parent| parent.map(|node| node.id));
        let of = ops.state;
        let Some(mut dy) = Array::new(gradients.consume::<Flex>(&ops.node)) else { return };
        let ([inputs, outputs], [members, _]) = (of.weight.size(), of.output_scale.size());
        let mut register = |node: Option<NodeId>, entries: Vec<f32>, size: [usize; 2]| {
            if let Some(node) = node {
                gradients.register::<Flex>(node, Array::from_entries(entries, size).into_primitive());
            }
        };
        let biases = member_factors::shift_gradient(dy.entries(), members, outputs);
        register(output_bias, biases, [members, outputs]);
        let scales = of.output_scale.entries();
        let by_scale = member_factors::scale_gradient(dy.entries_mut(), of.shared.entries(), scales, outputs);
        register(output_scale, by_scale, [members, outputs]);
        let dz = dy.matrix(); // [members * batch, outputs]
        register(weight, linear::weight_gradient(of.scaled.matrix(), dz), [inputs, outputs]);
        let mut dx = linear::input_gradient(dz, of.weight.matrix()); // [members * batch, inputs]
        let scales = of.input_scale.entries();
        let by_scale = member_factors::scale_gradient(&mut dx, of.input.entries(), scales, inputs);
        register(input_scale, by_scale, [members, inputs]);
        register(input, dx, of.input.size());
        if let Some(bias) = bias {
            let sums = linear::bias_gradient(dy.entries(), outputs);
            gradients.register::<Flex>(bias, Array::from_entries(sums, [outputs]).into_primitive());
        }
    }
}
