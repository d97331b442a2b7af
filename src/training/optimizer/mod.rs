//! Burn's Adam and AdamW and an SGD of our own, fused where the device allows it, with the groups
//! of parameters that they treat differently.

mod adam;
mod fused;
mod max_norm;
mod sgd;
#[cfg(test)]
mod tests;

use burn::module::ParamGroup;
use burn::optim::{ModuleOptimizer, Optimizer};

use adam::{adam, adamw};
use max_norm::MaxNorm;
use sgd::sgd;

use crate::config::{OptimizerConfig, OptimizerName};
use crate::error::{Error, Result};

/// Paths of the parameters that L2 applies to: weight matrices, not biases or batch-norm.
const DECAYED_PARAMETERS: &str = r"^(blocks\.[0-9]+\.linear|output)\.weight$";

/// Paths of the hidden neurons' incoming weights.
const HIDDEN_WEIGHTS: &str = r"^blocks\.[0-9]+\.linear\.weight$";

/// Creates the optimizer of a training run of an [`Mlp`](crate::model::Mlp): one group with L2 for the
/// weight matrices and one without for the rest. A `max_norm` above 0 limits the hidden layers'
/// weights.
///
/// # Errors
/// If Burn refuses a group.
pub fn build_optimizer(config: &OptimizerConfig, max_norm: f64) -> Result<ModuleOptimizer> {
    match config.name {
        OptimizerName::Sgd => grouped(sgd(config, 0.0), sgd(config, config.l2), max_norm),
        OptimizerName::Adam => grouped(adam(config, 0.0), adam(config, config.l2), max_norm),
        OptimizerName::Adamw => grouped(adamw(config, 0.0), adamw(config, config.l2), max_norm),
    }
}

fn grouped<O: Optimizer>(plain: O, decayed: O, max_norm: f64) -> Result<ModuleOptimizer> {
    let group = |pattern: &str| {
        ParamGroup::from_regex(pattern)
            .map_err(|error| Error::Training(format!("cannot group parameters by the pattern {pattern}: {error:?}")))
    };
    let optimizer = ModuleOptimizer::from(plain).with_group(group(DECAYED_PARAMETERS)?, decayed.clone(), None);
    match max_norm > 0.0 {
        // If several groups hold a parameter, the last one counts.
        true => {
            let limited = MaxNorm { optimizer: decayed, limit: max_norm };
            Ok(optimizer.with_group(group(HIDDEN_WEIGHTS)?, limited, None))
        }
        false => Ok(optimizer),
    }
}
