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

pub use sgd::momentum_step;

use crate::config::{OptimizerConfig, OptimizerName};
use crate::error::{Error, Result};

/// Paths of the parameters that L2 applies to: weight matrices, not biases or batch-norm.
const DECAYED_PARAMETERS: &str = r"^(blocks\.[0-9]+\.linear|output)\.weight$";

/// Path of the learned vectors of categories, whose L2 coefficient is their own.
const EMBEDDING: &str = r"^embedding\.weight$";

/// Paths of the hidden neurons' incoming weights.
const HIDDEN_WEIGHTS: &str = r"^blocks\.[0-9]+\.linear\.weight$";

/// Creates the optimizer of a training run of an [`Mlp`](crate::model::Mlp): one group with L2 for the
/// weight matrices, one with their own for the learned vectors of categories, and one without for the rest. A `max_norm` above 0 limits the hidden layers'
/// weights.
///
/// # Errors
/// If Burn refuses a group.
pub fn build_optimizer(config: &OptimizerConfig, max_norm: f64) -> Result<ModuleOptimizer> {
    match config.name {
        OptimizerName::Sgd => grouped(config, |l2| sgd(config, l2), max_norm),
        OptimizerName::Adam => grouped(config, |l2| adam(config, l2), max_norm),
        OptimizerName::Adamw => grouped(config, |l2| adamw(config, l2), max_norm),
    }
}

fn grouped<O: Optimizer>(
    config: &OptimizerConfig,
    with_l2: impl Fn(f64) -> O,
    max_norm: f64,
) -> Result<ModuleOptimizer> {
    let group = |pattern: &str| {
        ParamGroup::from_regex(pattern)
            .map_err(|error| Error::Training(format!("cannot group parameters by the pattern {pattern}: {error:?}")))
    };
    let optimizer =
        ModuleOptimizer::from(with_l2(0.0)).with_group(group(DECAYED_PARAMETERS)?, with_l2(config.l2), None);
    let optimizer = match config.embedding_l2 > 0.0 {
        true => optimizer.with_group(group(EMBEDDING)?, with_l2(config.embedding_l2), None),
        false => optimizer,
    };
    match max_norm > 0.0 {
        // If several groups hold a parameter, the last one counts.
        true => {
            let limited = MaxNorm { optimizer: with_l2(config.l2), limit: max_norm };
            Ok(optimizer.with_group(group(HIDDEN_WEIGHTS)?, limited, None))
        }
        false => Ok(optimizer),
    }
}
