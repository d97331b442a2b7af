//! One training step: forward pass, backward pass, update.

use burn::optim::GradientsParams;
use burn::train::Learner;

use super::forward_pass::StepOutput;
use super::gradients::{Clipping, keep_moments_normal};
use super::trainable_model::TrainableModel;
use crate::loading::Batch;
use crate::model::layers::DropoutStep;

/// Trains on a batch, as `step` of an epoch: forward pass, backward pass, update.
pub(super) fn train_on<M: TrainableModel>(
    learner: &mut Learner<M>,
    batch: Batch,
    step: DropoutStep,
    clipping: Clipping,
) -> StepOutput {
    let trained = step.run(|| learner.train_step(batch));
    update(learner, trained.grads, step.step, clipping);
    trained.item
}

/// Clips the gradients, steps the schedule and applies the optimizer.
pub(super) fn update<M: TrainableModel>(
    learner: &mut Learner<M>,
    gradients: GradientsParams,
    index: usize,
    clipping: Clipping,
) {
    let model = learner.model();
    let gradients = keep_moments_normal(index, &model, clipping.apply(&model, gradients));
    drop(model);
    learner.lr_step();
    learner.optimizer_step(gradients);
}
