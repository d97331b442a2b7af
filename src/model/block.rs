use burn::module::Module;
use burn::nn::{BatchNorm, BatchNormConfig, Dropout, DropoutConfig, Linear};
use burn::tensor::{Device, Tensor};

use super::activation::activate;
use super::batch_norm;
use crate::config::Activation;
use crate::kernels;

/// One hidden layer: Linear -> BatchNorm -> activation -> Dropout.
///
/// Batch normalisation: Ioffe, Szegedy 2015 (arXiv 1502.03167). Dropout: Hinton et al. 2012 (arXiv 1207.0580), in its
/// inverted form, so that evaluation needs no rescaling. Both act as in training on an autodiff device and as in
/// evaluation on any other.
#[derive(Module, Debug)]
pub struct Block {
    /// Weight `[inputs, outputs]`, bias `[outputs]`.
    pub linear: Linear,
    /// Present if the configuration asks for batch normalisation. Its running variance is the unbiased one, as PyTorch's.
    pub norm: Option<BatchNorm>,
    #[module(skip)]
    activation: Activation,
    /// Passes its input on unchanged at rate 0.
    pub dropout: Dropout,
}

impl Block {
    pub(super) fn new(
        linear: Linear,
        batch_norm: bool,
        activation: Activation,
        dropout_rate: f64,
        device: &Device,
    ) -> Self {
        let [_, outputs] = linear.weight.dims();
        Self {
            norm: batch_norm.then(|| BatchNormConfig::new(outputs).init(device)),
            dropout: DropoutConfig::new(dropout_rate).init(),
            linear,
            activation,
        }
    }

    /// `[batch, inputs]` to `[batch, outputs]`.
    pub fn forward(&self, input: Tensor<2>) -> Tensor<2> {
        let output = match &self.norm {
            None => kernels::linear(input, &self.linear, Some(self.activation)),
            Some(norm) => {
                let z = kernels::linear(input, &self.linear, None); // [batch, outputs]
                activate(self.activation, batch_norm::forward(norm, z))
            }
        };
        kernels::dropout(output, &self.dropout)
    }
}
