use burn::backend::autodiff::checkpoint::base::Checkpointer;
use burn::backend::autodiff::checkpoint::strategy::NoCheckpointing;
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::flex::FlexTensor;
use burn::backend::{Autodiff, Flex};
use burn::tensor::{Int, Tensor};

use super::Array;

type Differentiable = Autodiff<Flex>;

/// Softmax cross-entropy from logits `[batch, classes]` and class indices `[batch]`, mean over the batch `[1]`.
pub(in crate::kernels) fn cross_entropy(logits: &Tensor<2>, labels: &Tensor<1, Int>) -> Option<Tensor<1>> {
    let labels = classes(labels.clone().try_into_primitive::<Flex>().ok()?)?;
    if labels.len() != logits.dims()[0] {
        return None;
    }
    match logits.clone().try_into_primitive::<Differentiable>() {
        Ok(logits) => {
            let (logits, node) = logits.into_parts();
            let (loss, gradient) = forward(&Array::new(logits)?, &labels);
            let prepared = CrossEntropyBackward.prepare::<NoCheckpointing>([node]).compute_bound();
            let loss = match prepared.stateful() {
                OpsKind::Tracked(prepared) => prepared.finish(gradient, loss.primitive()),
                OpsKind::UnTracked(prepared) => prepared.finish(loss.primitive()),
            };
            Some(Tensor::from_primitive::<Differentiable>(loss))
        }
        Err(_) => {
            let (loss, _) = forward(&Array::of(logits.clone())?, &labels);
            Some(loss.tensor())
        }
    }
}

fn classes(labels: FlexTensor) -> Option<Vec<usize>> {
    match (labels.as_slice::<i32>(), labels.as_slice::<i64>()) {
        (Some(labels), _) => Some(labels.iter().map(|&label| label as usize).collect()),
        (_, Some(labels)) => Some(labels.iter().map(|&label| label as usize).collect()),
        _ => None,
    }
}

/// The loss `[1]`, and its gradient by the logits `[batch, classes]`: slide 5's (softmax - one-hot) / batch.
fn forward(logits: &Array, labels: &[usize]) -> (Array, Array) {
    let [rows, columns] = logits.size();
    let mut sum = 0.0;
    let mut gradient = logits.entries().to_vec();
    for (row, &label) in gradient.chunks_exact_mut(columns.max(1)).zip(labels) {
        let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        // A class that is none of the logits' makes a loss that is no number, which ends the training.
        let logit = row.get(label).copied().unwrap_or(f32::NAN);
        let mut total = 0.0;
        for entry in row.iter_mut() {
            *entry = (*entry - largest).exp();
            total += *entry;
        }
        sum += f64::from(total.ln() - (logit - largest));
        let scale = 1.0 / (total * rows as f32);
        row.iter_mut().for_each(|entry| *entry *= scale);
        if let Some(entry) = row.get_mut(label) {
            *entry -= 1.0 / rows as f32;
        }
    }
    let mean = (sum / rows as f64) as f32;
    (Array::from_entries(vec![mean], [1]), Array::from_entries(gradient, [rows, columns]))
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
            gradients.register::<Flex>(logits.id, gradient.primitive());
        }
    }
}
