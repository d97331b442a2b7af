//! One step on one batch, as Burn's `Learner` wants it.

use burn::nn::loss::CrossEntropyLoss;
use burn::tensor::{ExecutionError, Int, Tensor};
use burn::train::{InferenceStep, ItemLazy, Learner, TrainOutput, TrainStep};

use super::gradients::{Clipping, keep_moments_normal};
use super::objective::soft_cross_entropy;
use crate::data::Batch;
use crate::model::Mlp;

/// What a step leaves for the metrics; its tensors are detached from the gradients' graph.
pub struct StepOutput {
    /// Mean softmax cross-entropy of the batch `[1]`.
    pub loss: Tensor<1>,
    /// `[batch, classes]`.
    pub logits: Tensor<2>,
    /// Class indices `[batch]`.
    pub labels: Tensor<1, Int>,
}

impl ItemLazy for StepOutput {
    fn sync(self) -> Result<Self, ExecutionError> {
        self.loss.device().sync()?;
        Ok(self)
    }
}

/// Softmax cross-entropy from logits `[batch, classes]`, mean over the batch `[1]`. It is finite where slide 3's form
/// needs clipping.
pub fn cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>) -> Tensor<1> {
    let device = logits.device();
    CrossEntropyLoss::new(None, &device).forward(logits, labels)
}

impl TrainStep for Mlp {
    type Input = Batch;
    type Output = StepOutput;

    fn step(&self, batch: Batch) -> TrainOutput<StepOutput> {
        let logits = self.forward(batch.features); // [batch, classes]
        let (gradients, loss) = match batch.targets {
            Some(targets) => {
                let gradients = soft_cross_entropy(logits.clone(), targets).backward();
                // What is reported is the same figure for every objective, as in validation.
                (gradients, cross_entropy(logits.clone().inner(), batch.labels.clone()))
            }
            None => {
                let loss = cross_entropy(logits.clone(), batch.labels.clone()); // [1]
                (loss.backward(), loss.inner())
            }
        };
        let output = StepOutput { loss, logits: logits.inner(), labels: batch.labels };
        TrainOutput::new(self, gradients, output)
    }
}

/// One step on batch `index` of an epoch: backpropagation, clipping, the schedule's next rate, the optimizer.
pub(super) fn train_on(learner: &mut Learner<Mlp>, batch: Batch, index: usize, clipping: Clipping) -> StepOutput {
    let step = learner.train_step(batch);
    let model = learner.model();
    let gradients = keep_moments_normal(index, &model, clipping.apply(&model, step.grads));
    drop(model);
    learner.lr_step();
    learner.optimizer_step(gradients);
    step.item
}

impl InferenceStep for Mlp {
    type Input = Batch;
    type Output = StepOutput;

    fn step(&self, batch: Batch) -> StepOutput {
        let logits = self.forward(batch.features); // [batch, classes]
        let loss = cross_entropy(logits.clone(), batch.labels.clone()); // [1]
        StepOutput { loss, logits, labels: batch.labels }
    }
}
