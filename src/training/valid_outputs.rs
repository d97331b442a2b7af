//! What a network says of all validation rows, for the metrics that follow only from all of them.

use burn::tensor::TensorData;

use super::forward_pass::StepOutput;
use crate::backend::device_error;
use crate::config::{Monitor, RunConfig};
use crate::error::{Error, Result};
use crate::evaluation::{ConfusionMatrix, Predictions, roc_auc};
use crate::run_directory::EpochRow;

/// The outputs of an epoch's validation rows, read from the device if a metric that needs them is watched.
#[derive(Debug, Default)]
pub(super) struct ValidOutputs {
    watched: Vec<Monitor>,
    /// Logits `[n, classes]`, or standardised numbers `[n, targets]`, row-major.
    outputs: Vec<f32>,
    labels: Vec<u32>,
    /// Standardised true numbers `[n, targets]`.
    numbers: Vec<f32>,
    /// Classes, or targets.
    width: usize,
}

impl ValidOutputs {
    /// Starts without rows.
    pub fn new(watched: &[Monitor]) -> Self {
        Self { watched: watched.to_vec(), ..Self::default() }
    }

    /// The metrics that `config` watches and that need all rows.
    pub fn watched(config: &RunConfig) -> Vec<Monitor> {
        Monitor::ON_DEMAND.into_iter().filter(|monitor| config.watches(*monitor)).collect()
    }

    /// Adds a batch.
    ///
    /// # Errors
    /// If the device fails.
    pub fn add(&mut self, output: &StepOutput) -> Result<()> {
        if self.watched.is_empty() {
            return Ok(());
        }
        [_, self.width] = output.logits.dims();
        let floats = |data: TensorData| data.iter::<f32>().collect::<Vec<_>>();
        self.outputs.extend(floats(output.logits.clone().try_into_data().map_err(device_error)?));
        match &output.numbers {
            Some(numbers) => self.numbers.extend(floats(numbers.clone().try_into_data().map_err(device_error)?)),
            None => {
                let labels = output.labels.clone().try_into_data().map_err(device_error)?;
                self.labels.extend(labels.iter::<i64>().map(|label| label as u32));
            }
        }
        Ok(())
    }

    /// Adds the watched metrics to `row`. `unit` is that of an error of 1.
    ///
    /// # Errors
    /// [`Error::Training`] if a logit is NaN or infinite.
    pub fn complete(self, row: &mut EpochRow, unit: f64) -> Result<()> {
        let Self { watched, outputs, labels, numbers, width } = self;
        let watches = |monitor| watched.contains(&monitor);
        if watches(Monitor::ValidMae) && !numbers.is_empty() {
            let errors = outputs.iter().zip(&numbers).map(|(output, number)| f64::from(output - number).abs());
            row.valid_mae = Some(unit * errors.sum::<f64>() / numbers.len() as f64);
        }
        if labels.is_empty() {
            return Ok(());
        }
        let diverged = |error: Error| Error::Training(format!("in the validation of epoch {}, {error}", row.epoch));
        let predictions = Predictions::from_logits(&outputs, labels, width).map_err(diverged)?;
        row.valid_auc = if watches(Monitor::ValidAuc) { roc_auc(&predictions) } else { None };
        row.valid_f1 = watches(Monitor::ValidF1).then(|| ConfusionMatrix::new(&predictions).macro_f1());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Int, Tensor};

    use super::*;

    fn batch(outputs: &[f32], labels: &[i32], numbers: Option<&[f32]>) -> StepOutput {
        let device = crate::backend::open(crate::backend::host()).unwrap().device;
        let width = outputs.len() / labels.len();
        let table =
            |values: &[f32]| Tensor::from_data(TensorData::new(values.to_vec(), [labels.len(), width]), &device);
        StepOutput {
            loss: Tensor::zeros([1], &device),
            logits: table(outputs),
            labels: Tensor::<1, Int>::from_data(TensorData::new(labels.to_vec(), [labels.len()]), &device),
            numbers: numbers.map(table),
        }
    }

    fn metrics(watched: &[Monitor], batches: &[StepOutput], unit: f64) -> EpochRow {
        let (mut row, mut all) = (EpochRow::default(), ValidOutputs::new(watched));
        batches.iter().for_each(|batch| all.add(batch).unwrap());
        all.complete(&mut row, unit).unwrap();
        row
    }

    const LOGITS: [f32; 18] =
        [2.0, 0.5, 0.25, 0.0, 0.5, 1.0, 0.25, 1.5, 1.75, 0.0, 0.125, 0.75, 1.25, 1.0, -0.5, 0.5, 2.5, 0.0];
    const LABELS: [i32; 6] = [0, 0, 1, 2, 1, 1];

    #[test]
    fn watched_metrics_of_classes_are_scikit_learns_whatever_the_batches() {
        // scikit-learn 1.9.1 of the softmax: roc_auc_score(multi_class="ovr", average="macro"), f1_score(average="macro").
        let (auc, f1) = (0.7833333333333333, 0.5);
        for cut in [1, 2, 4] {
            let parts =
                [batch(&LOGITS[..3 * cut], &LABELS[..cut], None), batch(&LOGITS[3 * cut..], &LABELS[cut..], None)];
            let row = metrics(&[Monitor::ValidAuc, Monitor::ValidF1], &parts, 1.0);
            assert!(
                (row.valid_auc.unwrap() - auc).abs() < 1e-12 && (row.valid_f1.unwrap() - f1).abs() < 1e-12,
                "{row:?}"
            );
        }
    }

    #[test]
    fn the_mean_absolute_error_is_scikit_learns_in_the_unit_of_the_target() {
        // scikit-learn 1.9.1: mean_absolute_error of the values, times 10.
        let parts = [batch(&[1.0, 2.5], &[0, 0], Some(&[0.5, 3.0])), batch(&[-1.25], &[0], Some(&[0.75]))];
        let row = metrics(&[Monitor::ValidMae], &parts, 10.0);
        assert!((row.valid_mae.unwrap() - 10.0).abs() < 1e-12, "{row:?}");
    }

    #[test]
    fn metrics_that_are_not_watched_are_left_out() {
        let row = metrics(&[Monitor::ValidF1], &[batch(&LOGITS, &LABELS, None)], 1.0);
        assert!(row.valid_f1.is_some() && row.valid_auc.is_none() && row.valid_mae.is_none());
        assert_eq!(metrics(&[], &[batch(&LOGITS, &LABELS, None)], 1.0), EpochRow::default());
    }

    #[test]
    fn logits_that_are_not_finite_end_the_training() {
        let mut all = ValidOutputs::new(&[Monitor::ValidAuc]);
        all.add(&batch(&[f32::NAN, 1.0, 0.0, 1.0], &[0, 1], None)).unwrap();
        let message = all.complete(&mut EpochRow { epoch: 3, ..EpochRow::default() }, 1.0).unwrap_err().to_string();
        assert!(message.starts_with("training failed: in the validation of epoch 3, "), "{message}");
        assert!(message.contains("the model has diverged"), "{message}");
    }
}
