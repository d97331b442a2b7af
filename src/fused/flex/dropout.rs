use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::tensor::{Device, Distribution, Tensor};
use burn_mlp_kernels::dropout::Mask;

use super::{Array, Differentiable};

/// Sets each entry of `input` to 0 with probability `rate`, and divides the others by `1 - rate`. `seed` decides which
/// entries it drops, or else the device's generator. `None` for a tensor of the plain device.
pub(crate) fn dropout<const D: usize>(input: &Tensor<D>, rate: f64, seed: Option<u64>) -> Option<Tensor<D>> {
    let (input, node) = input.clone().try_into_primitive::<Differentiable>().ok()?.into_parts();
    let mut output = Array::new(input)?.copied();
    let mask = Mask::new(seed.unwrap_or_else(draw_seed), rate);
    mask.apply(output.entries_mut());
    let prepared = DropoutBackward.prepare::<NoCheckpointing>([node]).compute_bound();
    let output = match prepared.stateful() {
        OpsKind::Tracked(prepared) => prepared.finish(mask, output.into_primitive()),
        OpsKind::UnTracked(prepared) => prepared.finish(output.into_primitive()),
    };
    Some(Tensor::from_primitive::<Differentiable>(output))
}

/// From the device's own generator, so that its seed decides the mask too.
fn draw_seed() -> u64 {
    let drawn = Tensor::<1>::random([4], Distribution::Uniform(0.0, 65_536.0), &Device::flex()).into_data();
    drawn.iter::<f64>().fold(0, |seed, value| seed << 16 | value as u64)
}

#[derive(Debug)]
struct DropoutBackward;

impl Backward<Flex, 1> for DropoutBackward {
    type State = Mask;

    fn backward(self, ops: Ops<Mask, 1>, gradients: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [input] = ops.parents;
        let Some(mut gradient) = Array::new(gradients.consume::<Flex>(&ops.node)) else { return };
        if let Some(input) = input {
            ops.state.apply(gradient.entries_mut());
            gradients.register::<Flex>(input.id, gradient.into_primitive());
        }
    }
}
