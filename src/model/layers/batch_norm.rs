use burn::module::{Flag, Module, Param, RunningState};
use burn::nn::{self, BatchNormConfig};
use burn::tensor::{Device, Tensor, module};

use crate::fused::{self, Normalized};

/// Batch normalisation (Ioffe, Szegedy 2015, arXiv 1502.03167) with PyTorch's running variance.
///
/// The running variance averages the batches' unbiased variance, over n - 1, as in the paper's algorithm 2 and in
/// PyTorch. Burn's own averages the biased one, over n, which is 3 % less at batches of 32.
#[derive(Module, Debug)]
pub struct BatchNorm {
    /// Scale `[features]`.
    pub gamma: Param<Tensor<1>>,
    /// Shift `[features]`.
    pub beta: Param<Tensor<1>>,
    /// Whether it may normalise by the batch; cleared when the module is frozen.
    pub training: Param<Flag>,
    /// `[features]`
    pub running_mean: RunningState<Tensor<1>>,
    /// `[features]`
    pub running_var: RunningState<Tensor<1>>,
    /// Weight of a batch in the running statistics.
    pub momentum: f64,
    /// Added to the variance.
    pub epsilon: f64,
}

impl BatchNorm {
    /// Normalises `features` features, with Burn's and PyTorch's default momentum and epsilon.
    pub fn new(features: usize, device: &Device) -> Self {
        let nn::BatchNorm { gamma, beta, training, running_mean, running_var, momentum, epsilon } =
            BatchNormConfig::new(features).init(device);
        Self { gamma, beta, training, running_mean, running_var, momentum, epsilon }
    }

    /// `[batch, features]` to the same shape: on an autodiff device by the batch's own statistics, which the
    /// running ones then take in; on any other by the running ones.
    pub fn forward(&self, input: Tensor<2>) -> Tensor<2> {
        if !input.device().is_autodiff() || !self.training.is_enabled() {
            return self.normalize_by_running(input);
        }
        let [rows, _] = input.dims();
        let Normalized { output, mean, variance } = self.normalize_by_batch(input);
        self.update(&self.running_mean, mean, self.momentum);
        // A single row has no variance. PyTorch refuses such a batch.
        if rows > 1 {
            self.update(&self.running_var, variance, self.momentum * rows as f64 / (rows - 1) as f64);
        }
        output
    }

    /// Adds `weight` times the batch's statistic to the decayed running one, `[features]` both.
    fn update(&self, running: &RunningState<Tensor<1>>, batch: Tensor<1>, weight: f64) {
        let old = running.value_sync().to_device(&batch.device());
        let new = old.mul_scalar(1.0 - self.momentum) + batch.mul_scalar(weight);
        running.update(new.detach());
    }

    fn normalize_by_running(&self, input: Tensor<2>) -> Tensor<2> {
        let device = input.device();
        let mean = self.running_mean.value().to_device(&device);
        let variance = self.running_var.value().to_device(&device);
        module::batch_norm(input, self.gamma.val(), self.beta.val(), mean, variance, self.epsilon)
    }

    fn normalize_by_batch(&self, input: Tensor<2>) -> Normalized {
        let (gamma, beta) = (self.gamma.val(), self.beta.val());
        fused::batch_norm(&input, gamma.clone(), beta.clone(), self.epsilon).unwrap_or_else(|| {
            let batch = module::batch_norm_train(input, gamma, beta, self.epsilon);
            Normalized { output: batch.output, mean: batch.mean.detach(), variance: batch.variance.detach() }
        })
    }
}
