//! Loss and accuracy of an epoch.

use burn::tensor::{Device, Int, Tensor};

use super::forward_pass::StepOutput;
use crate::backend::device_error;
use crate::error::Result;

/// Sums of loss and correct predictions over the batches of an epoch.
///
/// The sums stay on the device until they are read. Reading after every batch would stall a GPU,
/// and cost more on a CPU than the metrics themselves.
pub(super) struct Metrics {
    loss_sum: Tensor<1>,
    correct: Tensor<1, Int>,
    rows: usize,
}

/// Means over rows, so a short last batch weighs less.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Means {
    pub loss: f64,
    pub accuracy: f64,
}

impl Metrics {
    /// Starts without rows on a device that is not an autodiff device.
    pub fn new(device: &Device) -> Self {
        Self { loss_sum: Tensor::zeros([1], device), correct: Tensor::zeros([1], device), rows: 0 }
    }

    /// Adds a batch.
    pub fn add(&mut self, output: StepOutput) {
        let [rows, _] = output.logits.dims();
        let predicted = output.logits.argmax(1).squeeze_dim::<1>(1); // [batch]
        let correct = predicted.equal(output.labels).int().sum(); // [1]
        self.loss_sum = self.loss_sum.clone() + output.loss * rows as f64;
        self.correct = self.correct.clone() + correct;
        self.rows += rows;
    }

    /// The rows added so far.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Waits for the device and returns the means.
    ///
    /// # Errors
    /// If the device fails.
    pub fn read(&self) -> Result<Means> {
        let loss_sum = self.loss_sum.clone().try_into_data().map_err(device_error)?;
        let correct = self.correct.clone().try_into_data().map_err(device_error)?;
        let rows = self.rows.max(1) as f64;
        Ok(Means {
            loss: loss_sum.iter::<f64>().next().unwrap_or(f64::NAN) / rows,
            accuracy: correct.iter::<f64>().next().unwrap_or(f64::NAN) / rows,
        })
    }
}
