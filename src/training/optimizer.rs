use burn::module::ParamGroup;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, DynOptimizer, ModuleOptimizer, Optimizer, SgdConfig};

use super::max_norm::MaxNorm;
use crate::config::{OptimizerConfig, OptimizerName};
use crate::error::{Error, Result};

/// Paths of the parameters that L2 applies to: weight matrices, no biases, no batch-norm.
const DECAYED_PARAMETERS: &str = r"^(blocks\.[0-9]+\.linear|output)\.weight$";

/// Paths of the hidden neurons' incoming weights.
const HIDDEN_WEIGHTS: &str = r"^blocks\.[0-9]+\.linear\.weight$";

impl OptimizerConfig {
    /// The optimizer for an `Mlp`: one group with L2 for the weight matrices and one without for the rest.
    ///
    /// SGD: v <- mu v + g, w <- w - lr v (dampening 0, as PyTorch). Adam: Kingma, Ba 2014 (arXiv 1412.6980), L2 added to
    /// the gradient. AdamW: Loshchilov, Hutter 2017 (arXiv 1711.05101), L2 decoupled from it.
    ///
    /// With a `max_norm` above 0, the hidden layers' weights keep to it.
    pub(super) fn build(&self, max_norm: f64) -> Result<ModuleOptimizer> {
        match self.name {
            OptimizerName::Sgd => grouped(self.sgd(0.0).build(), self.sgd(self.l2).build(), max_norm),
            OptimizerName::Adam => grouped(self.adam(0.0).build(), self.adam(self.l2).build(), max_norm),
            OptimizerName::Adamw => grouped(self.adamw(0.0).build(), self.adamw(self.l2).build(), max_norm),
        }
    }

    fn sgd(&self, l2: f64) -> SgdConfig {
        let momentum =
            MomentumConfig::new().with_momentum(self.momentum).with_dampening(0.0).with_nesterov(self.nesterov);
        SgdConfig::new().with_momentum((self.momentum > 0.0).then_some(momentum)).with_weight_decay(weight_decay(l2))
    }

    fn adam(&self, l2: f64) -> AdamConfig {
        AdamConfig::new()
            .with_beta_1(self.beta1 as f32)
            .with_beta_2(self.beta2 as f32)
            .with_epsilon(self.epsilon as f32)
            .with_weight_decay(weight_decay(l2))
    }

    fn adamw(&self, l2: f64) -> AdamWConfig {
        AdamWConfig::new()
            .with_beta_1(self.beta1 as f32)
            .with_beta_2(self.beta2 as f32)
            .with_epsilon(self.epsilon as f32)
            .with_weight_decay(l2 as f32)
    }
}

fn weight_decay(l2: f64) -> Option<WeightDecayConfig> {
    (l2 > 0.0).then(|| WeightDecayConfig::new(l2 as f32))
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
