//! One training step: forward pass, backward pass, update.

use burn::optim::GradientsParams;
use burn::train::Learner;

use super::forward_pass::StepOutput;
use super::gradients::{Clipping, keep_moments_normal};
use super::trainable_model::TrainableModel;
use crate::loading::Batch;

/// Trains on batch `index` of an epoch: forward pass, backward pass, update.
pub(super) fn train_on<M: TrainableModel>(
    learner: &mut Learner<M>,
    batch: Batch,
    index: usize,
    clipping: Clipping,
) -> StepOutput {
    let step = learner.train_step(batch);
    update(learner, step.grads, index, clipping);
    step.item
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
