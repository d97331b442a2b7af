use burn::tensor::{Device, Int, Tensor};

use super::step::StepOutput;
use crate::backend::reasons;
use crate::error::{Error, Result};

/// Loss and accuracy over the batches of an epoch, weighted by samples.
///
/// The sums stay on the device, and reading them is the only point that waits for it: a read after every batch would
/// stall a GPU and cost a CPU more than the metrics themselves.
pub(super) struct Metrics {
    loss_sum: Tensor<1>,
    correct: Tensor<1, Int>,
    rows: usize,
}

/// Means over the rows seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Means {
    pub loss: f64,
    pub accuracy: f64,
}

impl Metrics {
    /// No rows yet. `device` is not an autodiff device.
    pub fn new(device: &Device) -> Self {
        Self { loss_sum: Tensor::zeros([1], device), correct: Tensor::zeros([1], device), rows: 0 }
    }

    pub fn add(&mut self, output: StepOutput) {
        let [rows, _] = output.logits.dims();
        let predicted = output.logits.argmax(1).squeeze_dim::<1>(1); // [batch]
        let correct = predicted.equal(output.labels).int().sum(); // [1]
        self.loss_sum = self.loss_sum.clone() + output.loss * rows as f64;
        self.correct = self.correct.clone() + correct;
        self.rows += rows;
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Waits for the device.
    ///
    /// # Errors
    /// If the device fails.
    pub fn read(&self) -> Result<Means> {
        let lost = |error| Error::Training(format!("the device failed: {}", reasons(error)));
        let loss_sum = self.loss_sum.clone().try_into_data().map_err(lost)?;
        let correct = self.correct.clone().try_into_data().map_err(lost)?;
        let rows = self.rows.max(1) as f64;
        Ok(Means {
            loss: loss_sum.iter::<f64>().next().unwrap_or(f64::NAN) / rows,
            accuracy: correct.iter::<f64>().next().unwrap_or(f64::NAN) / rows,
        })
    }
}
