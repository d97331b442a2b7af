//! One step on one batch, as Burn's `Learner` wants it.

use burn::optim::GradientsParams;
use burn::tensor::{ExecutionError, Int, Tensor};
use burn::train::{InferenceStep, ItemLazy, Learner, TrainOutput, TrainStep};

use super::gradients::{Clipping, keep_moments_normal};
use super::objective::soft_cross_entropy;
use crate::data::Batch;
use crate::kernels;
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
    kernels::cross_entropy(logits, labels)
}

/// A forward pass in training mode.
pub(super) struct ForwardPass {
    /// What the gradient is taken of `[1]`.
    objective: Tensor<1>,
    /// The loss to report `[1]`, where that is not the objective itself.
    loss: Option<Tensor<1>>,
    logits: Tensor<2>,
    labels: Tensor<1, Int>,
}

impl ForwardPass {
    pub fn new(model: &Mlp, batch: Batch) -> Self {
        let logits = model.forward(batch.features); // [batch, classes]
        let labels = batch.labels;
        let (objective, loss) = match batch.targets {
            // What is reported is the same figure for every objective, as in validation.
            Some(targets) => (
                soft_cross_entropy(logits.clone(), targets),
                Some(cross_entropy(logits.clone().inner(), labels.clone())),
            ),
            None => (cross_entropy(logits.clone(), labels.clone()), None),
        };
        Self { objective, loss, logits, labels }
    }

    /// `model` is the one that the pass went through.
    pub fn backward(self, model: &Mlp) -> TrainOutput<StepOutput> {
        let gradients = self.objective.backward();
        let loss = self.loss.unwrap_or_else(|| self.objective.inner());
        let output = StepOutput { loss, logits: self.logits.inner(), labels: self.labels };
        TrainOutput::new(model, gradients, output)
    }
}

impl TrainStep for Mlp {
    type Input = Batch;
    type Output = StepOutput;

    fn step(&self, batch: Batch) -> TrainOutput<StepOutput> {
        ForwardPass::new(self, batch).backward(self)
    }
}

/// One step on batch `index` of an epoch: backpropagation, then [`update`].
pub(super) fn train_on(learner: &mut Learner<Mlp>, batch: Batch, index: usize, clipping: Clipping) -> StepOutput {
    let step = learner.train_step(batch);
    update(learner, step.grads, index, clipping);
    step.item
}

/// Clipping, the schedule's next rate, the optimizer.
pub(super) fn update(learner: &mut Learner<Mlp>, gradients: GradientsParams, index: usize, clipping: Clipping) {
    let model = learner.model();
    let gradients = keep_moments_normal(index, &model, clipping.apply(&model, gradients));
    drop(model);
    learner.lr_step();
    learner.optimizer_step(gradients);
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
