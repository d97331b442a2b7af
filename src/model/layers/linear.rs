use burn::module::{Module, Param};
use burn::tensor::{Tensor, module};

use crate::fused;

/// A dense layer: `x W + b`.
#[derive(Module, Debug)]
pub struct Linear {
    /// `[inputs, outputs]`
    pub weight: Param<Tensor<2>>,
    /// `[outputs]`
    pub bias: Param<Tensor<1>>,
}

impl Linear {
    /// `[batch, inputs]` to `[batch, outputs]`.
    pub fn forward(&self, input: Tensor<2>) -> Tensor<2> {
        let (weight, bias) = (self.weight.val(), self.bias.val());
        fused::linear(&input, weight.clone(), bias.clone()).unwrap_or_else(|| module::linear(input, weight, Some(bias)))
    }
}
