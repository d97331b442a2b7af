//! The shape of a network.

use serde::{Deserialize, Serialize};

use crate::{Activation, Error, Inputs, Result};

/// The shape of a multilayer perceptron without the sizes of its input and output.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Architecture {
    /// Neurons of each hidden layer; may be empty (softmax regression).
    pub hidden: Vec<usize>,
    /// Follows each hidden layer.
    pub activation: Activation,
    /// Batch normalisation between each hidden layer's linear map and its activation.
    pub batch_norm: bool,
    /// Used in training only.
    pub dropout: Dropout,
    /// Networks trained as one, with shared weight matrices.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub members: usize,
}

fn one() -> usize {
    1
}

fn is_one(members: &usize) -> bool {
    *members == 1
}

/// Dropout rates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Dropout {
    /// One rate for every hidden layer.
    Rate(f64),
    /// The input's rate, then one for each hidden layer.
    PerLayer(Vec<f64>),
}

/// Maximum number of hidden layers.
pub const MAX_LAYERS: usize = 256;

/// Maximum number of members that share a network.
pub const MAX_MEMBERS: usize = 256;

/// Maximum number of neurons of a hidden layer.
pub const MAX_NEURONS: usize = 65_536;

/// Maximum number of parameters: a gigabyte of f32, several with gradients and an optimizer's state.
const MAX_PARAMETERS: usize = 1 << 28;

impl Architecture {
    /// Returns the number of the first layer's inputs, of each hidden layer's neurons and of outputs: `[784, 128, 64, 10]`.
    pub fn layer_sizes(&self, inputs: impl Into<Inputs>, outputs: usize) -> Vec<usize> {
        [inputs.into().layer_inputs()].into_iter().chain(self.hidden.iter().copied()).chain([outputs]).collect()
    }

    /// Counts weights, biases, batch-norm's scale and shift for each hidden neuron, the vectors of categories, and each
    /// member's scales and biases.
    pub fn parameter_count(&self, inputs: impl Into<Inputs>, outputs: usize) -> usize {
        let inputs = inputs.into();
        let vectors = inputs.vector_entries();
        let sizes = self.layer_sizes(inputs, outputs);
        let linear = |pair: &[usize]| pair[0].saturating_add(1).saturating_mul(pair[1]);
        let factors = |pair: &[usize]| match self.members {
            1 => 0,
            members => pair[0].saturating_add(pair[1].saturating_mul(2)).saturating_mul(members),
        };
        let linear = |pair: &[usize]| linear(pair).saturating_add(factors(pair));
        let norms = if self.batch_norm { self.hidden.iter().sum::<usize>().saturating_mul(2) } else { 0 };
        sizes.windows(2).map(linear).fold(norms.saturating_add(vectors), usize::saturating_add)
    }

    /// Refuses a shape that a configuration cannot ask for.
    ///
    /// # Errors
    /// If there are too many hidden layers or members, a layer has no or too many neurons, or dropout rates lie outside `[0, 1)` or are
    /// not one for each layer; as [`check_size`](Self::check_size).
    pub fn check(&self, inputs: impl Into<Inputs>, outputs: usize) -> Result<()> {
        let layers = self.hidden.len();
        if layers > MAX_LAYERS || self.hidden.iter().any(|neurons| !(1..=MAX_NEURONS).contains(neurons)) {
            let problem = format!("expected at most {MAX_LAYERS} layers of 1 to {MAX_NEURONS} neurons");
            return Err(Error::config("model.hidden", problem));
        }
        if !(1..=MAX_MEMBERS).contains(&self.members) {
            return Err(Error::config("model.members", format!("expected 1 to {MAX_MEMBERS} members")));
        }
        let rates = self.dropout_rates();
        if rates.len() != layers + 1 || !rates.iter().all(|rate| (0.0..1.0).contains(rate)) {
            let problem = format!("expected one rate, or {}, each from 0 to below 1", layers + 1);
            return Err(Error::config("model.dropout", problem));
        }
        self.check_size(inputs, outputs)
    }

    /// Refuses a network too large for an ordinary machine.
    ///
    /// # Errors
    /// [`Error::Config`] for more than 2^28 parameters.
    pub fn check_size(&self, inputs: impl Into<Inputs>, outputs: usize) -> Result<()> {
        let parameters = self.parameter_count(inputs, outputs);
        if parameters <= MAX_PARAMETERS {
            return Ok(());
        }
        let problem = format!("makes a network of {parameters} parameters; at most {MAX_PARAMETERS} are possible");
        Err(Error::config("model.hidden", problem))
    }

    /// Returns the dropout rate of the input, then of each hidden layer, `[1 + layers]`.
    pub fn dropout_rates(&self) -> Vec<f64> {
        match &self.dropout {
            Dropout::Rate(rate) => [0.0].into_iter().chain(self.hidden.iter().map(|_| *rate)).collect(),
            Dropout::PerLayer(rates) => rates.clone(),
        }
    }
}
