use burn::module::Module;
use burn::nn::{Dropout, DropoutConfig, Linear};
use burn::tensor::{Device, Tensor, activation};

use super::Block;
use super::initializer::DrawLayer;
use crate::config::ModelConfig;
use crate::data::random::{Purpose, stream};
use crate::error::Result;
use crate::kernels;

/// A multilayer perceptron: [`Block`]s, then a plain linear output layer. Returns logits; softmax is applied only where
/// probabilities are asked for.
#[derive(Module, Debug)]
pub struct Mlp {
    /// Dropout on the features themselves.
    pub input_dropout: Dropout,
    /// The hidden layers, first to last; may be empty.
    pub blocks: Vec<Block>,
    /// Weight `[last hidden or features, classes]`, bias `[classes]`.
    pub output: Linear,
}

impl Mlp {
    /// A network of `features` inputs and `classes` outputs with initial weights drawn from `seed`, equal on every
    /// device. On an autodiff device it is ready for training.
    ///
    /// # Errors
    /// If the initialiser's standard deviation is not usable.
    pub fn new(config: &ModelConfig, features: usize, classes: usize, seed: u64, device: &Device) -> Result<Self> {
        let sizes = config.layer_sizes(features, classes);
        let rates = config.dropout_rates();
        let linear = |layer: usize| {
            let mut rng = stream(seed, Purpose::InitialWeights, layer as u64);
            config.init.linear([sizes[layer], sizes[layer + 1]], config.init_std, &mut rng, device)
        };
        let block = |layer: usize| -> Result<Block> {
            Ok(Block::new(linear(layer)?, config.batch_norm, config.activation, rates[layer + 1], device))
        };
        Ok(Self {
            input_dropout: DropoutConfig::new(rates[0]).init(),
            blocks: (0..config.hidden.len()).map(block).collect::<Result<_>>()?,
            output: linear(config.hidden.len())?,
        })
    }

    /// Features `[batch, features]` to logits `[batch, classes]`.
    pub fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        let input = self.drop_inputs(features); // [batch, features]
        let hidden = self.blocks.iter().fold(input, |input, block| block.forward(input)); // [batch, last hidden]
        kernels::linear(hidden, &self.output, None)
    }

    /// Features `[batch, features]` to class probabilities `[batch, classes]`: the softmax of the logits.
    pub fn probabilities(&self, features: Tensor<2>) -> Tensor<2> {
        activation::softmax(self.forward(features), 1)
    }

    /// The linear layers, first to last.
    pub fn linears(&self) -> impl Iterator<Item = &Linear> {
        self.blocks.iter().map(|block| &block.linear).chain([&self.output])
    }

    /// Dropout takes its mode from its input's device, and features come from a plain one.
    fn drop_inputs(&self, features: Tensor<2>) -> Tensor<2> {
        let training = self.output.weight.val().device().is_autodiff();
        if training && self.input_dropout.prob > 0.0 {
            kernels::dropout(features.autodiff(), &self.input_dropout)
        } else {
            features
        }
    }
}
