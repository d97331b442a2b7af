use burn::module::Module;
use burn::tensor::{Device, Tensor, activation};

use super::Block;
use super::initializer::init_linear;
use super::layers::{Dropout, Linear};
use crate::config::ModelConfig;
use crate::data::random::{Purpose, stream};
use crate::error::Result;

/// A multilayer perceptron: [`Block`]s, then a plain linear output layer. It returns logits; softmax is applied
/// only where probabilities are asked for.
#[derive(Module, Debug)]
pub struct Mlp {
    /// Drops features.
    pub input_dropout: Dropout,
    /// The hidden layers, first to last; may be empty.
    pub blocks: Vec<Block>,
    /// Weight `[last hidden or features, classes]`, bias `[classes]`.
    pub output: Linear,
}

impl Mlp {
    /// Creates a network of `features` inputs and `classes` outputs with initial weights drawn from `seed`, equal
    /// on every device. On an autodiff device it is ready for training.
    ///
    /// # Errors
    /// If the initialiser's standard deviation is not usable.
    pub fn new(config: &ModelConfig, features: usize, classes: usize, seed: u64, device: &Device) -> Result<Self> {
        let sizes = config.layer_sizes(features, classes);
        let rates = config.dropout_rates();
        let linear = |layer: usize| {
            let mut rng = stream(seed, Purpose::InitialWeights, layer as u64);
            init_linear(config, [sizes[layer], sizes[layer + 1]], &mut rng, device)
        };
        let block = |layer: usize| -> Result<Block> {
            Ok(Block::new(linear(layer)?, config.batch_norm, config.activation, rates[layer + 1], device))
        };
        Ok(Self {
            input_dropout: Dropout::new(rates[0]),
            blocks: (0..config.hidden.len()).map(block).collect::<Result<_>>()?,
            output: linear(config.hidden.len())?,
        })
    }

    /// Computes logits `[batch, classes]` from features `[batch, features]`.
    pub fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        let x = self.input_dropout.forward(self.to_training(features)); // [batch, features]
        let x = self.blocks.iter().fold(x, |x, block| block.forward(x)); // [batch, last hidden]
        self.output.forward(x)
    }

    /// Computes class probabilities `[batch, classes]`, the softmax of the logits, from features `[batch, features]`.
    pub fn probabilities(&self, features: Tensor<2>) -> Tensor<2> {
        activation::softmax(self.forward(features), 1)
    }

    /// The linear layers, first to last.
    pub fn linears(&self) -> impl Iterator<Item = &Linear> {
        self.blocks.iter().map(|block| &block.linear).chain([&self.output])
    }

    /// Moves the features to the autodiff device in training if there is input dropout, which acts only there. Without,
    /// they stay constants on the plain device.
    fn to_training(&self, features: Tensor<2>) -> Tensor<2> {
        match self.input_dropout.prob > 0.0 && self.output.weight.val().device().is_autodiff() {
            true => features.autodiff(),
            false => features,
        }
    }
}
