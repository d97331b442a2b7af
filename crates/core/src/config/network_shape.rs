//! Derives the network's shape from its settings.

use burn_mlp_infer::{Architecture, Inputs};

use super::run_config::ModelConfig;
use crate::Result;

impl ModelConfig {
    /// Returns the part of the settings that a model file contains.
    pub fn architecture(&self) -> Architecture {
        Architecture {
            hidden: self.hidden.clone(),
            activation: self.activation,
            batch_norm: self.batch_norm,
            dropout: self.dropout.clone(),
            members: self.members.max(1),
        }
    }

    /// As [`Architecture::layer_sizes`].
    pub fn layer_sizes(&self, inputs: impl Into<Inputs>, outputs: usize) -> Vec<usize> {
        self.architecture().layer_sizes(inputs, outputs)
    }

    /// As [`Architecture::parameter_count`].
    pub fn parameter_count(&self, inputs: impl Into<Inputs>, outputs: usize) -> usize {
        self.architecture().parameter_count(inputs, outputs)
    }

    /// As [`Architecture::check_size`].
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) for more than 2^28 parameters.
    pub fn check_size(&self, inputs: impl Into<Inputs>, outputs: usize) -> Result<()> {
        Ok(self.architecture().check_size(inputs, outputs)?)
    }

    /// Returns the dropout rate of the input, then of each hidden layer.
    pub fn dropout_rates(&self) -> Vec<f64> {
        self.architecture().dropout_rates()
    }
}
