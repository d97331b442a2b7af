//! Batch normalisation with PyTorch's running variance.

use burn::nn::BatchNorm;
use burn::tensor::Tensor;

use crate::kernels;

/// `[batch, features]` to the same shape: by the batch's own statistics in training, which the running ones then take
/// in, and by the running ones in evaluation (Ioffe, Szegedy 2015, arXiv 1502.03167, algorithms 1 and 2).
///
/// The running variance takes in the batch's unbiased variance, over n - 1, as in algorithm 2 and in PyTorch. Burn's own
/// forward pass takes in the biased one, over n, which is 3 % less at batches of 32. One row has no variance: it leaves
/// the running one as it is (PyTorch refuses such a batch).
pub(super) fn forward(norm: &BatchNorm, input: Tensor<2>) -> Tensor<2> {
    let device = input.device();
    if !device.is_autodiff() || !norm.training.is_enabled() {
        return norm.forward(input);
    }
    let [rows, _] = input.dims();
    let batch = kernels::batch_norm(input, norm.gamma.val(), norm.beta.val(), norm.epsilon);

    let (old, new) = (norm.running_mean.value_sync().to_device(&device), batch.mean); // [features] each
    let mean = old.mul_scalar(1.0 - norm.momentum) + new.mul_scalar(norm.momentum);
    norm.running_mean.update(mean.detach());

    if rows > 1 {
        let unbiased = norm.momentum * rows as f64 / (rows - 1) as f64;
        let (old, new) = (norm.running_var.value_sync().to_device(&device), batch.variance);
        let variance = old.mul_scalar(1.0 - norm.momentum) + new.mul_scalar(unbiased);
        norm.running_var.update(variance.detach());
    }
    batch.output
}
