//! What a model must offer to be trained.

use std::fmt::Display;

use burn::module::Module;
use burn::train::{InferenceStep, TrainOutput, TrainStep};

use super::forward_pass::{StepOutput, inference_step, train_step};
use crate::loading::Batch;
use crate::model::{L2, Mlp, UNSEALED, seal, tensors_sha256};
use burn_mlp_infer::ModelMetadata;

/// A classifier that [`Trainer`](super::Trainer) can train: any Burn module with Burn's two steps
/// on a [`Batch`]. Write the steps by [`train_step`] and [`inference_step`], as
/// `examples/custom_module.rs` does.
///
/// Weight decay and max-norm find parameters by name: they apply to `blocks.N.linear.weight` and,
/// decay alone, to `output.weight`. Other parameters are trained without them.
pub trait TrainableModel:
    TrainStep<Input = Batch, Output = StepOutput>
    + InferenceStep<Input = Batch, Output = StepOutput>
    + Module
    + Display
    + 'static
{
    /// The L2 term to report beside the loss; by default 0. The optimizer applies its gradient.
    fn l2_term(&self, l2: &L2) -> f64 {
        let _ = l2;
        0.0
    }

    /// The bytes of the run's model.safetensors; by default `None`, and the run has checkpoints
    /// alone.
    ///
    /// # Errors
    /// A sentence if the weights cannot be written.
    fn model_file(&self, metadata: &ModelMetadata) -> Result<Option<Vec<u8>>, String> {
        let _ = metadata;
        Ok(None)
    }
}

impl TrainableModel for Mlp {
    fn l2_term(&self, l2: &L2) -> f64 {
        // Weights whose squares overflow are allowed then.
        if l2.is_zero() {
            return 0.0;
        }
        l2.forward(self).into_data().iter::<f64>().next().unwrap_or(f64::NAN)
    }

    fn model_file(&self, metadata: &ModelMetadata) -> Result<Option<Vec<u8>>, String> {
        let tensors_sha256 = tensors_sha256(&self.to_safetensors("")?)?;
        let metadata = ModelMetadata { tensors_sha256, file_sha256: UNSEALED.to_string(), ..metadata.clone() };
        let mut file = self.to_safetensors(&metadata.to_json().map_err(|error| error.to_string())?)?;
        seal(&mut file)?;
        Ok(Some(file))
    }
}

impl TrainStep for Mlp {
    type Input = Batch;
    type Output = StepOutput;

    fn step(&self, batch: Batch) -> TrainOutput<StepOutput> {
        train_step(self, |features| self.forward(features), batch)
    }
}

impl InferenceStep for Mlp {
    type Input = Batch;
    type Output = StepOutput;

    fn step(&self, batch: Batch) -> StepOutput {
        let is_regression = batch.numbers.is_some();
        inference_step(|features| if is_regression { self.numbers(features) } else { self.logits(features) }, batch)
    }
}
