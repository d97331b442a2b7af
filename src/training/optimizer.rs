use burn::module::ParamGroup;
use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, DynOptimizer, ModuleOptimizer, Optimizer, SgdConfig};

use crate::config::{OptimizerConfig, OptimizerName};
use crate::error::{Error, Result};

/// Paths of the parameters that L2 applies to: weight matrices, no biases, no batch-norm.
const DECAYED_PARAMETERS: &str = r"^(blocks\.[0-9]+\.linear|output)\.weight$";

impl OptimizerConfig {
    /// The optimizer for an `Mlp`: one group with L2 for the weight matrices and one without for the rest.
    ///
    /// SGD: v <- mu v + g, w <- w - lr v (dampening 0, as PyTorch). Adam: Kingma, Ba 2014 (arXiv 1412.6980), L2 added to
    /// the gradient. AdamW: Loshchilov, Hutter 2017 (arXiv 1711.05101), L2 decoupled from it.
    pub(super) fn build(&self) -> Result<ModuleOptimizer> {
        match self.name {
            OptimizerName::Sgd => grouped(self.sgd(0.0).build(), self.sgd(self.l2).build()),
            OptimizerName::Adam => grouped(self.adam(0.0).build(), self.adam(self.l2).build()),
            OptimizerName::Adamw => grouped(self.adamw(0.0).build(), self.adamw(self.l2).build()),
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

fn grouped<O: Optimizer + DynOptimizer + 'static>(plain: O, decayed: O) -> Result<ModuleOptimizer> {
    let weights = ParamGroup::from_regex(DECAYED_PARAMETERS)
        .map_err(|error| Error::Training(format!("the pattern of decayed parameters: {error:?}")))?;
    Ok(ModuleOptimizer::from(plain).with_group(weights, decayed, None))
}
