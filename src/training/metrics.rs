//! Loss, and accuracy or RMSE, of an epoch.

use burn::tensor::{Device, Int, Tensor, TensorData};

use super::forward_pass::StepOutput;
use crate::backend::device_error;
use crate::error::Result;

/// Sums of loss, and of correct predictions or squared errors, over the batches of an epoch.
///
/// The sums stay on the device until they are read. Reading after every batch would stall a GPU,
/// and cost more on a CPU than the metrics themselves.
pub(super) struct Metrics {
    loss_sum: Tensor<1>,
    correct: Tensor<1, Int>,
    /// Sum over rows of the mean squared error of standardised targets, in regression.
    squares: Option<Tensor<1>>,
    rows: usize,
}

/// Means over rows, so a short last batch weighs less.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Means {
    pub loss: f64,
    /// `None` in regression.
    pub accuracy: Option<f64>,
    /// Root of the mean squared error of standardised targets; `None` in classification.
    pub standardized_rmse: Option<f64>,
}

impl Metrics {
    /// Starts without rows on a device that is not an autodiff device.
    pub fn new(device: &Device) -> Self {
        Self { loss_sum: Tensor::zeros([1], device), correct: Tensor::zeros([1], device), squares: None, rows: 0 }
    }

    /// Adds a batch.
    pub fn add(&mut self, output: StepOutput) {
        let [rows, _] = output.logits.dims();
        self.loss_sum = self.loss_sum.clone() + output.loss * rows as f64;
        self.rows += rows;
        match output.numbers {
            Some(numbers) => {
                let squares = (output.logits - numbers).square().mean() * rows as f64; // [1]
                self.squares = Some(self.squares.take().map_or(squares.clone(), |sum| sum + squares));
            }
            None => {
                let predicted = output.logits.argmax(1).squeeze_dim::<1>(1); // [batch]
                self.correct = self.correct.clone() + predicted.equal(output.labels).int().sum();
            }
        }
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
        let rows = self.rows.max(1) as f64;
        let mean = |sum: TensorData| sum.iter::<f64>().next().unwrap_or(f64::NAN) / rows;
        let (accuracy, standardized_rmse) = match &self.squares {
            Some(squares) => (None, Some(mean(squares.clone().try_into_data().map_err(device_error)?).sqrt())),
            None => (Some(mean(self.correct.clone().try_into_data().map_err(device_error)?)), None),
        };
        Ok(Means { loss: mean(loss_sum), accuracy, standardized_rmse })
    }
}
