use burn::module::Module;
use burn::tensor::{Device, Tensor};

use super::layers::{Activation, BatchNorm, Dropout, Linear};
use crate::config;

/// One hidden layer: Linear -> BatchNorm -> activation -> Dropout.
///
/// Batch normalisation and dropout act as in training on an autodiff device, and as in evaluation on any other.
#[derive(Module, Debug)]
pub struct Block {
    /// Weight `[inputs, outputs]`, bias `[outputs]`.
    pub linear: Linear,
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
        batch_norm: bool,
        activation: config::Activation,
        dropout: Dropout,
        device: &Device,
    ) -> Self {
        let [_, outputs] = linear.weight.dims();
        Self {
            linear,
            norm: batch_norm.then(|| BatchNorm::new(outputs, device)),
            activation: Activation::new(activation),
            dropout,
        }
    }

    /// `[batch, inputs]` to `[batch, outputs]`.
    pub fn forward(&self, input: Tensor<2>) -> Tensor<2> {
        let x = self.linear.forward(input); // [batch, outputs]
        let x = match &self.norm {
            Some(norm) => norm.forward(x),
            None => x,
        };
        let x = self.activation.forward(x);
        self.dropout.forward(x)
    }
}
