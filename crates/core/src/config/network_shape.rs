//! Derives the network's shape from its settings.

use burn_mlp_infer::Architecture;

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
        }
    }

    /// As [`Architecture::layer_sizes`].
    pub fn layer_sizes(&self, features: usize, classes: usize) -> Vec<usize> {
        self.architecture().layer_sizes(features, classes)
    }

    /// As [`Architecture::parameter_count`].
    pub fn parameter_count(&self, features: usize, classes: usize) -> usize {
        self.architecture().parameter_count(features, classes)
    }

    /// As [`Architecture::check_size`].
    ///
    /// # Errors
    /// [`Error::Config`](crate::Error::Config) for more than 2^28 parameters.
    pub fn check_size(&self, features: usize, classes: usize) -> Result<()> {
        Ok(self.architecture().check_size(features, classes)?)
    }

    /// Returns the dropout rate of the input, then of each hidden layer.
    pub fn dropout_rates(&self) -> Vec<f64> {
        self.architecture().dropout_rates()
    }
}
