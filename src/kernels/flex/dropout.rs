use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::{Autodiff, Flex};
use burn::tensor::{Distribution, Tensor};
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

use super::Array;

type Differentiable = Autodiff<Flex>;

/// Sets each entry of `input` `[batch, features]` to 0 with probability `rate`, and divides the others by `1 - rate`.
pub(in crate::kernels) fn dropout(input: &Tensor<2>, rate: f64) -> Option<Tensor<2>> {
    let (input, node) = input.clone().try_into_primitive::<Differentiable>().ok()?.into_parts();
    let mask = Mask { seed: seed(), rate };
    let mut output = Array::new(input)?.copied();
    mask.apply(output.entries_mut());
    let prepared = DropoutBackward.prepare::<NoCheckpointing>([node]).compute_bound();
    let output = match prepared.stateful() {
        OpsKind::Tracked(prepared) => prepared.finish(mask, output.primitive()),
        OpsKind::UnTracked(prepared) => prepared.finish(output.primitive()),
    };
    Some(Tensor::from_primitive::<Differentiable>(output))
}

/// From the device's own generator, so that it says what is drawn here too.
fn seed() -> u64 {
    let device = burn::tensor::Device::flex();
    let drawn = Tensor::<1>::random([4], Distribution::Uniform(0.0, 65_536.0), &device).into_data();
    drawn.iter::<f64>().fold(0, |seed, value| seed << 16 | value as u64)
}

/// What is drawn from its seed, as often as it is asked for: keeping the seed takes no memory.
#[derive(Debug, Clone, Copy)]
struct Mask {
    seed: u64,
    rate: f64,
}

impl Mask {
    fn apply(self, entries: &mut [f32]) {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(self.seed);
        let dropped = (self.rate * 2_f64.powi(32)) as u64;
        let scale = (1.0 / (1.0 - self.rate)) as f32;
        let masked = |entry: f32, drawn: u32| if u64::from(drawn) < dropped { 0.0 } else { entry * scale };
        for pair in entries.chunks_mut(2) {
            let drawn = generator.next_u64();
            pair[0] = masked(pair[0], drawn as u32);
            if let Some(entry) = pair.get_mut(1) {
                *entry = masked(*entry, (drawn >> 32) as u32);
            }
        }
    }
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
            gradients.register::<Flex>(input.id, gradient.primitive());
        }
    }
}
