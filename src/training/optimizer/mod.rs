//! The optimizers, with the groups of parameters that they treat differently.

mod adam;
mod sgd;
#[cfg(test)]
mod tests;

use burn::module::ParamGroup;
use burn::optim::{DynOptimizer, ModuleOptimizer, Optimizer};

use adam::{Adam, AdamW};
use sgd::Sgd;

use super::max_norm::MaxNorm;
use crate::config::{OptimizerConfig, OptimizerName};
use crate::error::{Error, Result};

/// Paths of the parameters that L2 applies to: weight matrices, no biases, no batch-norm.
const DECAYED_PARAMETERS: &str = r"^(blocks\.[0-9]+\.linear|output)\.weight$";

/// Paths of the hidden neurons' incoming weights.
const HIDDEN_WEIGHTS: &str = r"^blocks\.[0-9]+\.linear\.weight$";

/// The optimizer of a training of an [`Mlp`](crate::model::Mlp): one group with L2 for the weight matrices and one without for
/// the rest. With a `max_norm` above 0, the hidden layers' weights keep to it.
///
/// # Errors
/// If Burn refuses a group.
pub fn build_optimizer(config: &OptimizerConfig, max_norm: f64) -> Result<ModuleOptimizer> {
    match config.name {
        OptimizerName::Sgd => grouped(Sgd::new(config, 0.0), Sgd::new(config, config.l2), max_norm),
        OptimizerName::Adam => grouped(Adam::new(config, 0.0), Adam::new(config, config.l2), max_norm),
        OptimizerName::Adamw => grouped(AdamW::new(config, 0.0), AdamW::new(config, config.l2), max_norm),
    }
}

fn grouped<O: Optimizer + DynOptimizer + 'static>(plain: O, decayed: O, max_norm: f64) -> Result<ModuleOptimizer> {
    let group = |pattern: &str| {
        ParamGroup::from_regex(pattern)
            .map_err(|error| Error::Training(format!("the pattern of parameters {pattern}: {error:?}")))
    };
    let optimizer = ModuleOptimizer::from(plain).with_group(group(DECAYED_PARAMETERS)?, decayed.clone(), None);
    match max_norm > 0.0 {
        // Of several groups that hold a parameter, the last counts.
        true => {
            let limited = MaxNorm { optimizer: decayed, limit: max_norm };
            Ok(optimizer.with_group(group(HIDDEN_WEIGHTS)?, limited, None))
        }
        false => Ok(optimizer),
    }
}
