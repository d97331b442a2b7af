use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::layers::{Activation, BatchNorm, Dropout, Linear, MemberFactors};
use crate::config;

/// One hidden layer: Linear -> BatchNorm -> activation -> Dropout.
///
/// Batch normalisation and dropout act as in training on an autodiff device, and as in evaluation on any other.
#[derive(Module, Debug)]
pub struct Block {
    /// Weight `[inputs, outputs]`, bias `[outputs]`.
    pub linear: Linear,
    /// Present if several members share the layer.
    pub factors: Option<MemberFactors>,
    /// Present if the configuration asks for batch normalisation.
    pub norm: Option<BatchNorm>,
    /// Applied to each entry.
    pub activation: Activation,
    /// Passes its input on unchanged at rate 0.
    pub dropout: Dropout,
}

impl Block {
    pub(super) fn new(
        linear: Linear,
        factors: Option<MemberFactors>,
        batch_norm: bool,
        activation: config::Activation,
        dropout: Dropout,
        device: &Device,
    ) -> Self {
        let [_, outputs] = linear.weight.dims();
        Self {
            linear,
            factors,
            norm: batch_norm.then(|| BatchNorm::new(outputs, device)),
            activation: Activation::new(activation),
            dropout,
        }
    }

    /// `[batch, inputs]` to `[batch, outputs]`; the rows of each member follow each other.
    pub fn forward(&self, input: Tensor<2>) -> Tensor<2> {
        let x = match &self.factors {
            Some(factors) => factors.forward(&self.linear, input),
            None => self.linear.forward(input),
        }; // [batch, outputs]
        let x = match &self.norm {
            Some(norm) => norm.forward(x),
            None => x,
        };
        let x = self.activation.forward(x);
        self.dropout.forward(x)
    }
}
