use burn::backend::Flex;
use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::tensor::{Int, Tensor};
use burn_mlp_kernels::cross_entropy::{CrossEntropy, cross_entropy as kernel};

use super::{Array, Differentiable};

/// Softmax cross-entropy from logits `[batch, classes]` and class indices `[batch]`, mean over the batch `[1]`.
pub(crate) fn cross_entropy(logits: &Tensor<2>, labels: &Tensor<1, Int>) -> Option<Tensor<1>> {
    let labels = indices(labels.clone().try_into_primitive::<Flex>().ok()?)?;
    if labels.len() != logits.dims()[0] {
        return None;
    }
    match logits.clone().try_into_primitive::<Differentiable>() {
        Ok(logits) => {
            let (logits, node) = logits.into_parts();
            let (loss, gradient) = forward(&Array::new(logits)?, &labels);
            let prepared = CrossEntropyBackward.prepare::<NoCheckpointing>([node]).compute_bound();
            let loss = match prepared.stateful() {
                OpsKind::Tracked(prepared) => prepared.finish(gradient, loss.into_primitive()),
                OpsKind::UnTracked(prepared) => prepared.finish(loss.into_primitive()),
            };
            Some(Tensor::from_primitive::<Differentiable>(loss))
        }
        Err(_) => {
            let (loss, _) = forward(&Array::from_tensor(logits.clone())?, &labels);
            Some(loss.into_tensor())
        }
    }
}

fn indices(labels: FlexTensor) -> Option<Vec<usize>> {
    match (labels.as_slice::<i32>(), labels.as_slice::<i64>()) {
        (Some(labels), _) => Some(labels.iter().map(|&label| label as usize).collect()),
        (_, Some(labels)) => Some(labels.iter().map(|&label| label as usize).collect()),
        _ => None,
    }
}

/// The loss `[1]`, and its gradient by the logits `[batch, classes]`.
fn forward(logits: &Array, labels: &[usize]) -> (Array, Array) {
    let size = logits.size();
    let CrossEntropy { loss, gradient } = kernel(logits.entries(), size[1], labels);
    (Array::from_entries(vec![loss], [1]), Array::from_entries(gradient, size))
}

#[derive(Debug)]
struct CrossEntropyBackward;

impl Backward<Flex, 1> for CrossEntropyBackward {
    /// The gradient by the logits.
    type State = Array;

    fn backward(self, ops: Ops<Array, 1>, gradients: &mut Gradients, _checkpointer: &mut Checkpointer) {
        let [logits] = ops.parents;
        let mut gradient = ops.state;
        let Some(outer) = Array::new(gradients.consume::<Flex>(&ops.node)) else { return };
        let factor = outer.entries().first().copied().unwrap_or(f32::NAN);
        if factor != 1.0 {
            gradient.entries_mut().iter_mut().for_each(|entry| *entry *= factor);
        }
        if let Some(logits) = logits {
            gradients.register::<Flex>(logits.id, gradient.into_primitive());
        }
    }
}
