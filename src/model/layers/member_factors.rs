use burn::module::{Module, Param};
use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt as _;
use rand::rngs::ChaCha8Rng;

use super::Linear;
use crate::fused::{self, SharedLinear};

/// What makes a shared [`Linear`] a layer of several members: scales of its inputs and outputs, and biases, for each of
/// them. BatchEnsemble, Wen et al. 2020 (arXiv 2002.06715), as TabM uses it, Gorishniy et al. 2024 (arXiv 2410.24210).
///
/// Member `m` computes `s_m * (W (r_m * x) + b) + c_m`.
#[derive(Module, Debug)]
pub struct MemberFactors {
    /// `r` `[members, inputs]`
    pub input: Param<Tensor<2>>,
    /// `s` `[members, outputs]`
    pub output: Param<Tensor<2>>,
    /// `c` `[members, outputs]`
    pub bias: Param<Tensor<2>>,
}

impl MemberFactors {
    /// Factors that change nothing: all members compute the same.
    pub fn equal(members: usize, [inputs, outputs]: [usize; 2], device: &Device) -> Self {
        let filled = |value: f32, columns: usize| {
            Param::from_data(TensorData::new(vec![value; members * columns], [members, columns]), device)
        };
        Self { input: filled(1.0, inputs), output: filled(1.0, outputs), bias: filled(0.0, outputs) }
    }

    /// Draws the inputs' scales from -1 and 1, so that the members differ from the start.
    pub fn with_random_signs(self, rng: &mut ChaCha8Rng, device: &Device) -> Self {
        let shape = self.input.dims();
        let signs = (0..shape[0] * shape[1]).map(|_| if rng.random::<bool>() { 1.0_f32 } else { -1.0 });
        Self { input: Param::from_data(TensorData::new(signs.collect::<Vec<_>>(), shape), device), ..self }
    }

    /// Number of members.
    pub fn members(&self) -> usize {
        self.input.dims()[0]
    }

    /// `[members * batch, inputs]` to `[members * batch, outputs]`; the rows of each member follow each other.
    pub fn forward(&self, linear: &Linear, input: Tensor<2>) -> Tensor<2> {
        let layer = SharedLinear {
            weight: linear.weight.val(),
            bias: linear.bias.val(),
            input_scale: self.input.val(),
            output_scale: self.output.val(),
            output_bias: self.bias.val(),
        };
        fused::shared_linear(&input, layer).unwrap_or_else(|| self.forward_by_burn(linear, input))
    }

    /// As [`forward`](Self::forward), by Burn's own operations alone.
    pub(crate) fn forward_by_burn(&self, linear: &Linear, input: Tensor<2>) -> Tensor<2> {
        let x = per_member(input, self.input.val(), |x, scales| x * scales); // [members * batch, inputs]
        let x = linear.forward(x); // [members * batch, outputs]
        let x = per_member(x, self.output.val(), |x, scales| x * scales);
        per_member(x, self.bias.val(), |x, biases| x + biases)
    }
}

/// Combines rows `[members * batch, columns]` with what each member has for the columns `[members, columns]`.
fn per_member(rows: Tensor<2>, own: Tensor<2>, combine: impl FnOnce(Tensor<3>, Tensor<3>) -> Tensor<3>) -> Tensor<2> {
    let ([all, columns], [members, _]) = (rows.dims(), own.dims());
    let rows = rows.reshape([members, all / members, columns]);
    combine(rows, own.unsqueeze_dim(1)).reshape([all, columns])
}
