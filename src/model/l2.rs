use burn::module::Module;
use burn::tensor::Tensor;

use super::Mlp;
use crate::config::OptimizerConfig;

/// L2 regularisation of the weight matrices (slide 14): `0.5 * lambda * sum W^2`. Biases and batch-norm parameters
/// are left out, and learned vectors of categories have a coefficient of their own.
///
/// Training reports this term beside the loss; the optimizer applies its gradient, `lambda * W`.
#[derive(Module, Debug)]
pub struct L2 {
    lambda: f64,
    embedding: f64,
}

impl L2 {
    /// The term with coefficient `lambda`, at least 0.
    pub fn new(lambda: f64) -> Self {
        Self { lambda, embedding: 0.0 }
    }

    /// The term of an optimizer's coefficients.
    pub fn of(config: &OptimizerConfig) -> Self {
        Self { lambda: config.l2, embedding: config.embedding_l2 }
    }

    /// Whether the term is 0 for any network.
    pub fn is_zero(&self) -> bool {
        self.lambda == 0.0 && self.embedding == 0.0
    }

    /// The term's value `[1]`, differentiable.
    pub fn forward(&self, mlp: &Mlp) -> Tensor<1> {
        // Columns first: flex sums more than four million entries at once in an order that depends on its threads.
        let squares = mlp.linears().map(|linear| linear.weight.val().square().sum_dim(0).sum()); // [1] each
        let sum = squares.reduce(|total, square| total + square);
        let dense = match sum {
            Some(sum) => sum * (0.5 * self.lambda),
            None => unreachable!("an Mlp always has an output layer"),
        };
        match mlp.embedding.as_ref().filter(|_| self.embedding > 0.0) {
            Some(embedding) => dense + embedding.weight.val().square().sum_dim(0).sum() * (0.5 * self.embedding),
            None => dense,
        }
    }
}
