use burn::module::Module;
use burn::tensor::{Device, Tensor, activation};
use burn_mlp_infer::Inputs;

use super::Block;
use super::initializer::init_linear;
use super::layers::{Dropout, Embedding, Linear};
use crate::config::ModelConfig;
use crate::data::random::{Purpose, stream};
use crate::error::Result;

/// A multilayer perceptron: [`Block`]s, then a plain linear output layer. It returns logits; softmax is applied
/// only where probabilities are asked for.
#[derive(Module, Debug)]
pub struct Mlp {
    /// Present if some features are codes of categories.
    pub embedding: Option<Embedding>,
    /// Drops inputs of the first layer.
    pub input_dropout: Dropout,
    /// The hidden layers, first to last; may be empty.
    pub blocks: Vec<Block>,
    /// Weight `[last hidden or features, classes]`, bias `[classes]`.
    pub output: Linear,
}

impl Mlp {
    /// Creates a network for `inputs`, such as a number of features, with `outputs` outputs and initial weights drawn
    /// from `seed`, equal on every device. On an autodiff device it is ready for training.
    ///
    /// # Errors
    /// If the initialiser's standard deviation is not usable.
    pub fn new(
        config: &ModelConfig,
        inputs: impl Into<Inputs>,
        outputs: usize,
        seed: u64,
        device: &Device,
    ) -> Result<Self> {
        let inputs = inputs.into();
        let embedding = (inputs.codes.columns() > 0)
            .then(|| Embedding::new(&inputs.codes, &mut stream(seed, Purpose::Embedding, 0), device));
        let sizes = config.layer_sizes(inputs, outputs);
        let rates = config.dropout_rates();
        let linear = |layer: usize| {
            let mut rng = stream(seed, Purpose::InitialWeights, layer as u64);
            init_linear(config, [sizes[layer], sizes[layer + 1]], &mut rng, device)
        };
        let block = |layer: usize| -> Result<Block> {
            let dropout = Dropout::new(rates[layer + 1], layer + 1);
            Ok(Block::new(linear(layer)?, config.batch_norm, config.activation, dropout, device))
        };
        Ok(Self {
            embedding,
            input_dropout: Dropout::new(rates[0], 0),
            blocks: (0..config.hidden.len()).map(block).collect::<Result<_>>()?,
            output: linear(config.hidden.len())?,
        })
    }

    /// Computes logits `[batch, classes]` from features `[batch, features]`.
    pub fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        let x = self.to_training(features); // [batch, features]
        let x = match &self.embedding {
            Some(embedding) => embedding.forward(x), // [batch, inputs of the first layer]
            None => x,
        };
        let x = self.input_dropout.forward(x);
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

    /// Moves the features to the autodiff device in training if there is an embedding or input dropout, which acts only
    /// there. Otherwise they stay constants on the plain device.
    fn to_training(&self, features: Tensor<2>) -> Tensor<2> {
        let needs_autodiff = self.embedding.is_some() || self.input_dropout.prob > 0.0;
        match needs_autodiff && self.output.weight.val().device().is_autodiff() {
            true => features.autodiff(),
            false => features,
        }
    }
}
