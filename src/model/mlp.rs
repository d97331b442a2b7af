use burn::module::Module;
use burn::tensor::{Device, Tensor, activation};
use burn_mlp_infer::Inputs;

use super::Block;
use super::initializer::init_linear;
use super::layers::{Dropout, Embedding, Linear, MemberFactors};
use crate::config::ModelConfig;
use crate::data::random::{Purpose, stream};
use crate::error::Result;

/// A multilayer perceptron: [`Block`]s, then a plain linear output layer. It returns logits; softmax is applied
/// only where probabilities are asked for.
///
/// It may be several: members that share all weight matrices, each with [`MemberFactors`] of its own.
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
    /// Those of the output layer, if there are several members.
    pub output_factors: Option<MemberFactors>,
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
        let factors = |layer: usize| {
            let factors = MemberFactors::equal(config.members, [sizes[layer], sizes[layer + 1]], device);
            let mut rng = stream(seed, Purpose::MemberFactors, layer as u64);
            (config.members > 1).then(|| match layer == 0 || layer == config.hidden.len() {
                true => factors.with_random_signs(&mut rng, device),
                false => factors,
            })
        };
        let block = |layer: usize| -> Result<Block> {
            let (linear, factors) = (linear(layer)?, factors(layer));
            let dropout = Dropout::new(rates[layer + 1], layer + 1);
            Ok(Block::new(linear, factors, config.batch_norm, config.activation, dropout, device))
        };
        Ok(Self {
            embedding,
            input_dropout: Dropout::new(rates[0], 0),
            blocks: (0..config.hidden.len()).map(block).collect::<Result<_>>()?,
            output: linear(config.hidden.len())?,
            output_factors: factors(config.hidden.len()),
        })
    }

    /// Computes outputs `[batch, outputs]` from features `[batch, features]`: logits, or standardised numbers. With several
    /// members, these are `[members * batch, ...]`: the rows of each member, which may be others, follow each other.
    pub fn forward(&self, features: Tensor<2>) -> Tensor<2> {
        let x = self.to_training(features); // [batch, features]
        let x = match &self.embedding {
            Some(embedding) => embedding.forward(x), // [batch, inputs of the first layer]
            None => x,
        };
        let x = self.input_dropout.forward(x);
        let x = self.blocks.iter().fold(x, |x, block| block.forward(x)); // [batch, last hidden]
        match &self.output_factors {
            Some(factors) => factors.forward(&self.output, x),
            None => self.output.forward(x),
        }
    }

    /// Computes logits `[batch, classes]` from features `[batch, features]`; of several members, the logarithms of their
    /// mean probabilities.
    pub fn logits(&self, features: Tensor<2>) -> Tensor<2> {
        match self.members() {
            1 => self.forward(features),
            _ => log_mean_exp(self.of_members(features, |outputs| activation::log_softmax(outputs, 1))),
        }
    }

    /// Computes standardised numbers `[batch, targets]` from features `[batch, features]`; of several members, their mean.
    pub fn numbers(&self, features: Tensor<2>) -> Tensor<2> {
        match self.members() {
            1 => self.forward(features),
            _ => self.of_members(features, |outputs| outputs).mean_dim(0).squeeze_dim(0),
        }
    }

    /// Computes class probabilities `[batch, classes]`, the softmax of the logits, from features `[batch, features]`.
    pub fn probabilities(&self, features: Tensor<2>) -> Tensor<2> {
        activation::softmax(self.logits(features), 1)
    }

    /// Number of members.
    pub fn members(&self) -> usize {
        self.output_factors.as_ref().map_or(1, MemberFactors::members)
    }

    /// What `finish` makes of each member's outputs for the same features `[batch, features]`,
    /// `[members, batch, outputs]`.
    fn of_members(&self, features: Tensor<2>, finish: impl FnOnce(Tensor<2>) -> Tensor<2>) -> Tensor<3> {
        let ([batch, _], members) = (features.dims(), self.members());
        let outputs = finish(self.forward(features.repeat_dim(0, members))); // [members * batch, outputs]
        let [_, width] = outputs.dims();
        outputs.reshape([members, batch, width])
    }

    /// The linear layers, first to last.
    pub fn linears(&self) -> impl Iterator<Item = &Linear> {
        self.blocks.iter().map(|block| &block.linear).chain([&self.output])
    }

    /// Moves the features to the autodiff device in training if there is an embedding, input dropout, which acts only
    /// there, or a member's scale. Otherwise they stay constants on the plain device.
    fn to_training(&self, features: Tensor<2>) -> Tensor<2> {
        let needs_autodiff = self.embedding.is_some() || self.input_dropout.prob > 0.0 || self.members() > 1;
        match needs_autodiff && self.output.weight.val().device().is_autodiff() {
            true => features.autodiff(),
            false => features,
        }
    }
}

/// The logarithm of the mean over the first dimension of the exponentials, `[members, batch, classes]` to
/// `[batch, classes]`, without overflow.
fn log_mean_exp(logarithms: Tensor<3>) -> Tensor<2> {
    let largest = logarithms.clone().max_dim(0); // [1, batch, classes]
    let mean = (logarithms - largest.clone()).exp().mean_dim(0);
    (mean.log() + largest).squeeze_dim(0)
}
