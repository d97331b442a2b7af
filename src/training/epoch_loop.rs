//! The training algorithm: for each epoch, train on every batch, validate, observe the metrics,
//! save, then maybe stop.
//!
//! Burn's own loop saves a checkpoint before early stopping has seen the epoch and reads the
//! metrics back after every batch. This one keeps one order for the end of an epoch, and the
//! metrics stay on the device until then.

use std::time::{Duration, Instant};

use burn::data::dataloader::DataLoader;
use burn::tensor::Device;
use burn::train::{InferenceStep, Learner};

use super::checkpoint::Parts;
use super::event::{Event, Events};
use super::gradients::Clipping;
use super::metrics::{Means, Metrics};
use super::monitor;
use super::observer::{EpochProgress, EpochSummary, StopSignal};
use super::recorder::{Recorder, SavedEpoch};
use super::schedule::Plateau;
use super::step::train_on;
use super::trainable_model::TrainableModel;
use super::training_result::Ending;
use super::valid_outputs::ValidOutputs;
use crate::backend::device_error;
use crate::config::Monitor;
use crate::data::random::{Purpose, derive_seed};
use crate::error::{Error, Result};
use crate::loading::Batch;
use crate::model::L2;
use crate::model::layers::DropoutStep;
use crate::run_directory::EpochRow;

/// Time between two progress reports. Each report waits for the device.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);

/// The loop's settings and helpers; the learner and the batches are handed to [`run`](Self::run).
pub(super) struct EpochLoop {
    pub first_epoch: usize,
    /// The maximum number of epochs.
    pub epochs: usize,
    /// How often each row is visited in an epoch: once by each member of the network.
    pub members: usize,
    pub device: Device,
    pub seed: u64,
    /// Whether the model draws from Burn's random generator.
    pub shares_generator: bool,
    pub clipping: Clipping,
    /// L2 coefficient of the reported term.
    pub l2: L2,
    pub plateau: Option<Plateau>,
    /// Metrics of all validation rows together to compute.
    pub watched: Vec<Monitor>,
    pub warmup_epochs: usize,
    pub recorder: Recorder,
    pub stop: StopSignal,
    pub events: Events,
}

impl EpochLoop {
    /// Trains until the last epoch, early stopping or a stop request. `checkpoint` returns the
    /// learner's state after an epoch as bytes.
    ///
    /// # Errors
    /// If a loss is NaN or infinite, the device fails, or an epoch cannot be saved.
    pub fn run<M: TrainableModel>(
        &mut self,
        learner: &mut Learner<M>,
        train: &dyn DataLoader<Batch>,
        valid: &dyn DataLoader<Batch>,
        checkpoint: impl FnMut(&Learner<M>, usize) -> Result<Parts>,
    ) -> Result<Ending> {
        let ending = self.run_epochs(learner, train, valid, checkpoint);
        let synced = self.recorder.sync();
        // Why the training failed matters more than that its last epochs could not be synced.
        ending.and_then(|ending| synced.map(|()| ending))
    }

    fn run_epochs<M: TrainableModel>(
        &mut self,
        learner: &mut Learner<M>,
        train: &dyn DataLoader<Batch>,
        valid: &dyn DataLoader<Batch>,
        mut checkpoint: impl FnMut(&Learner<M>, usize) -> Result<Parts>,
    ) -> Result<Ending> {
        for epoch in self.first_epoch..=self.epochs {
            self.events.send(Event::EpochStarted { epoch, epochs: self.epochs });
            let Some(row) = self.run_epoch(epoch, learner, train, valid)? else { return Ok(Ending::Interrupted) };
            let reduced_to = self.step_plateau(&row);
            let parts = checkpoint(learner, epoch)?;
            let SavedEpoch { best, synced } = self.recorder.save_epoch(row, &parts, || learner.model())?;
            self.events.send(Event::EpochFinished(EpochSummary { row, best, reduced_to, synced }));
            if epoch == self.epochs {
                break;
            }
            if self.recorder.stops_early() {
                return Ok(Ending::StoppedEarly);
            }
            if self.stop.is_requested() {
                return Ok(Ending::Interrupted);
            }
        }
        Ok(Ending::Finished)
    }

    /// Trains and validates one epoch. Returns `None` if a stop was requested.
    fn run_epoch<M: TrainableModel>(
        &self,
        epoch: usize,
        learner: &mut Learner<M>,
        train: &dyn DataLoader<Batch>,
        valid: &dyn DataLoader<Batch>,
    ) -> Result<Option<EpochRow>> {
        let start = Instant::now();
        if self.shares_generator {
            self.seed_device(epoch)?;
        }
        let Some(trained) = self.train_epoch(epoch, learner, train)? else { return Ok(None) };
        let train_seconds = start.elapsed().as_secs_f64();
        let model = learner.model().valid();
        let validated = match valid.num_items() {
            0 => None,
            _ => match self.validate(&model, valid)? {
                None => return Ok(None),
                validated => validated,
            },
        };
        check_finite(epoch, "training loss", trained.loss)?;
        let (validated, outputs) = validated.unzip();
        if let Some(validated) = validated {
            check_finite(epoch, "validation loss", validated.loss)?;
        }
        let l2_term = model.l2_term(&self.l2);
        check_finite(epoch, "L2 term", l2_term)?;
        let mut row = EpochRow {
            epoch,
            learning_rate: learner.lr_current().base(),
            train_loss: trained.loss,
            train_accuracy: trained.accuracy,
            train_rmse: self.rmse(trained),
            valid_loss: validated.map(|means| means.loss),
            valid_accuracy: validated.and_then(|means| means.accuracy),
            valid_rmse: validated.and_then(|means| self.rmse(means)),
            l2_term,
            samples_per_second: speed(train.num_items() / self.members, train_seconds),
            ..EpochRow::default()
        };
        if let Some(outputs) = outputs {
            outputs.complete(&mut row, self.unit())?;
        }
        row.seconds = start.elapsed().as_secs_f64();
        Ok(Some(row))
    }

    fn rmse(&self, means: Means) -> Option<f64> {
        means.standardized_rmse.map(|rmse| rmse * self.unit())
    }

    /// The unit of the errors of a regression: one target has its own, several have standard deviations.
    fn unit(&self) -> f64 {
        match self.recorder.metadata.targets() {
            [target] => target.deviation,
            _ => 1.0,
        }
    }

    /// Trains on every batch. Returns `None` if a stop was requested.
    fn train_epoch<M: TrainableModel>(
        &self,
        epoch: usize,
        learner: &mut Learner<M>,
        batches: &dyn DataLoader<Batch>,
    ) -> Result<Option<Means>> {
        let mut metrics = Metrics::new(&self.device);
        let mut reported = Instant::now();
        for (step, batch) in batches.iter().enumerate() {
            let batch = batch.map_err(|error| Error::data("training data", error.to_string()))?;
            let step = DropoutStep { seed: self.seed, epoch, step };
            let output = train_on(learner, batch, step, self.clipping);
            if self.events.steps {
                self.events.send(Event::StepFinished(Box::new(output.clone())));
            }
            metrics.add(output);
            if self.stop.is_requested() {
                return Ok(None);
            }
            if reported.elapsed() >= PROGRESS_INTERVAL {
                self.report_progress(epoch, &metrics, batches.num_items() / self.members)?;
                reported = Instant::now();
            }
        }
        metrics.read().map(Some)
    }

    /// Evaluates `model` on every batch. Returns `None` if a stop was requested.
    fn validate<M: TrainableModel>(
        &self,
        model: &M,
        batches: &dyn DataLoader<Batch>,
    ) -> Result<Option<(Means, ValidOutputs)>> {
        let (mut metrics, mut outputs) = (Metrics::new(&self.device), ValidOutputs::new(&self.watched));
        for batch in batches.iter() {
            let batch = batch.map_err(|error| Error::data("validation data", error.to_string()))?;
            let output = InferenceStep::step(model, batch);
            outputs.add(&output)?;
            metrics.add(output);
            if self.stop.is_requested() {
                return Ok(None);
            }
        }
        Ok(Some((metrics.read()?, outputs)))
    }

    /// Returns the new learning rate if the plateau schedule reduced it.
    fn step_plateau(&self, row: &EpochRow) -> Option<f64> {
        // The loss of a warm-up epoch reflects the rising rate, not a plateau.
        let plateau = self.plateau.as_ref().filter(|_| row.epoch > self.warmup_epochs)?;
        plateau.observe(monitor::value_of(plateau.monitor(), row))
    }

    fn report_progress(&self, epoch: usize, metrics: &Metrics, total_rows: usize) -> Result<()> {
        let means = metrics.read()?;
        let (loss, accuracy, rmse) = (means.loss, means.accuracy, self.rmse(means));
        check_finite(epoch, "training loss", loss)?;
        let progress = EpochProgress { epoch, rows: metrics.rows() / self.members, total_rows, loss, accuracy, rmse };
        self.events.send(Event::EpochProgressed(progress));
        Ok(())
    }

    /// Seeding the device's own generator per epoch lets a resumed run repeat an epoch exactly.
    fn seed_device(&self, epoch: usize) -> Result<()> {
        self.device.sync().map_err(device_error)?;
        self.device.seed(derive_seed(self.seed, Purpose::Dropout, epoch as u64));
        Ok(())
    }
}

/// Samples per second, if the clock showed any time: a coarse or a faked one may not.
fn speed(samples: usize, seconds: f64) -> Option<f64> {
    (seconds > 0.0).then(|| samples as f64 / seconds)
}

fn check_finite(epoch: usize, what: &str, value: f64) -> Result<()> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::Training(format!(
        "the {what} of epoch {epoch} is {value}; a lower --lr, or clipping with --set training.clip_norm=1, may help"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_that_took_no_time_has_no_speed() {
        assert_eq!(speed(100, 0.5), Some(200.0));
        assert_eq!(speed(100, 0.0), None);
    }

    #[test]
    fn a_value_that_is_not_finite_ends_the_training() {
        assert!(check_finite(3, "L2 term", 1e300).is_ok());
        for value in [f64::NAN, f64::INFINITY] {
            let message = check_finite(3, "L2 term", value).unwrap_err().to_string();
            assert!(message.starts_with(&format!("training failed: the L2 term of epoch 3 is {value};")), "{message}");
        }
    }
}
