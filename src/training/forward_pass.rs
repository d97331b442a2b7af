//! The forward and the backward pass of a model on a batch.

use burn::module::Module;
use burn::tensor::{ExecutionError, Int, Tensor};
use burn::train::{ItemLazy, TrainOutput};

use super::loss::{cross_entropy, number_losses, soft_cross_entropy};
use crate::config::NumberLoss;
use crate::loading::{Batch, Numbers};

/// A step's output for the metrics. Its tensors are detached from the autodiff graph.
#[derive(Debug, Clone)]
pub struct StepOutput {
    /// Mean loss of the batch `[1]`: softmax cross-entropy, or the configured loss of numbers.
    pub loss: Tensor<1>,
    /// The network's outputs: logits `[batch, classes]`, or standardised numbers `[batch, targets]`.
    pub logits: Tensor<2>,
    /// Class indices `[batch]`; zeros in regression.
    pub labels: Tensor<1, Int>,
    /// Standardised true numbers `[batch, targets]` of a regression.
    pub numbers: Option<Tensor<2>>,
}

impl ItemLazy for StepOutput {
    fn sync(self) -> Result<Self, ExecutionError> {
        self.loss.device().sync()?;
        Ok(self)
    }
}

/// Runs the forward and the backward pass of `model` on a batch: the body of a model's
/// [`TrainStep::step`](burn::train::TrainStep::step). `forward` takes features `[batch, features]`
/// to logits `[batch, classes]`.
pub fn train_step<M: Module>(
    model: &M,
    forward: impl FnOnce(Tensor<2>) -> Tensor<2>,
    batch: Batch,
) -> TrainOutput<StepOutput> {
    ForwardPass::new(forward, batch).backward(model)
}

/// Runs the forward pass on a batch: the body of a model's
/// [`InferenceStep::step`](burn::train::InferenceStep::step). `forward` takes features `[batch,
/// features]` to logits `[batch, classes]`.
pub fn inference_step(forward: impl FnOnce(Tensor<2>) -> Tensor<2>, batch: Batch) -> StepOutput {
    let logits = forward(batch.features); // [batch, classes]
    let loss = match &batch.numbers {
        Some(Numbers { values, loss }) => number_losses(logits.clone(), values.clone(), *loss).mean(), // [1]
        None => cross_entropy(logits.clone(), batch.labels.clone()),                                   // [1]
    };
    StepOutput { loss, logits, labels: batch.labels, numbers: batch.numbers.map(|numbers| numbers.values) }
}

/// A finished forward pass in training mode.
pub(super) struct ForwardPass {
    /// The loss to differentiate `[1]`.
    objective: Tensor<1>,
    /// The loss to report `[1]`, if it differs from the objective.
    loss: Option<Tensor<1>>,
    logits: Tensor<2>,
    labels: Tensor<1, Int>,
    numbers: Option<Tensor<2>>,
}

impl ForwardPass {
    pub fn new(forward: impl FnOnce(Tensor<2>) -> Tensor<2>, batch: Batch) -> Self {
        let logits = forward(batch.features); // [batch, classes]
        let labels = batch.labels;
        if let Some(Numbers { values, loss }) = batch.numbers {
            return Self::of_numbers(logits, labels, values, loss, batch.weights);
        }
        let (objective, loss) = match batch.targets {
            // Training and validation losses compare only if neither has label smoothing or class
            // weights in it.
            Some(targets) => (
                soft_cross_entropy(logits.clone(), targets),
                Some(cross_entropy(logits.clone().inner(), labels.clone())),
            ),
            None => (cross_entropy(logits.clone(), labels.clone()), None),
        };
        Self { objective, loss, logits, labels, numbers: None }
    }

    fn of_numbers(
        logits: Tensor<2>,
        labels: Tensor<1, Int>,
        values: Tensor<2>,
        loss: NumberLoss,
        weights: Option<Tensor<1>>,
    ) -> Self {
        let losses = number_losses(logits.clone(), values.clone(), loss); // [batch, targets]
        let (objective, loss) = match weights {
            // The reported losses of training and validation compare only without weights.
            Some(weights) => {
                let weighted = losses.clone() * Tensor::from_inner(weights).unsqueeze_dim(1);
                (weighted.mean(), Some(losses.inner().mean()))
            }
            None => (losses.mean(), None),
        };
        Self { objective, loss, logits, labels, numbers: Some(values) }
    }

    /// Computes the gradients of the parameters of `model`, which the pass went through.
    pub fn backward<M: Module>(self, model: &M) -> TrainOutput<StepOutput> {
        let gradients = self.objective.backward();
        let loss = self.loss.unwrap_or_else(|| self.objective.inner());
        let (logits, labels, numbers) = (self.logits.inner(), self.labels, self.numbers);
        let output = StepOutput { loss, logits, labels, numbers };
        TrainOutput::new(model, gradients, output)
    }
}
