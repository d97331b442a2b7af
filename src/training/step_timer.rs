//! Times the steps of a training run, without validation, checkpoints and a run directory.

use std::time::Instant;

use burn::data::dataloader::{DataLoader, DataLoaderIterator};
use burn::tensor::Device;
use burn::train::Learner;

use super::forward_pass::ForwardPass;
use super::gradients::Clipping;
use super::metrics::{Means, Metrics};
use super::setup::{Setup, new_mlp};
use super::step::{train_on, update};
use super::worker::on_training_thread;
use crate::backend::{device_error, shares_generator};
use crate::config::RunConfig;
use crate::data::random::{Purpose, derive_seed};
use crate::data::{Dataset, SplitIndices};
use crate::error::{Error, Result};
use crate::loading::Batch;
use crate::model::Mlp;
use crate::model::layers::DropoutStep;

/// Seconds of each phase of a step, or of several steps together.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PhaseSeconds {
    /// Taking the batch from the loader.
    pub data: f64,
    /// The network and the loss.
    pub forward: f64,
    /// The gradients.
    pub backward: f64,
    /// Clipping, the schedule and the optimizer.
    pub optimizer: f64,
    /// Adding loss and accuracy to the sums on the device.
    pub metrics: f64,
}

impl PhaseSeconds {
    /// The sum over all phases.
    pub fn total(&self) -> f64 {
        self.data + self.forward + self.backward + self.optimizer + self.metrics
    }

    /// The mean of `count` steps that together took this long.
    pub fn divided_by(&self, count: usize) -> Self {
        let mean = |sum: f64| sum / count as f64;
        Self {
            data: mean(self.data),
            forward: mean(self.forward),
            backward: mean(self.backward),
            optimizer: mean(self.optimizer),
            metrics: mean(self.metrics),
        }
    }
}

/// Takes the steps of a training run, epoch after epoch, as long as they are asked for.
pub struct StepTimer<'a> {
    loader: &'a dyn DataLoader<Batch>,
    batches: Box<dyn DataLoaderIterator<Batch> + 'a>,
    /// The next step.
    step: DropoutStep,
    learner: Learner<Mlp>,
    clipping: Clipping,
    device: Device,
}

/// Calls `work` with a timer of the training that `config` describes, on the rows `split.train` and
/// from new weights. It runs on a thread of its own, as a training run does.
///
/// # Errors
/// If the configuration does not fit the data, the device fails, or `work` returns an error.
pub fn with_step_timer<T: Send>(
    config: &RunConfig,
    data: &Dataset,
    split: &SplitIndices,
    device: &Device,
    work: impl FnOnce(&mut StepTimer) -> Result<T> + Send,
) -> Result<T> {
    let run = || {
        let device = device.clone().inner();
        let model = new_mlp(config, data, &device)?;
        let Setup { learner, loaders, .. } = Setup::new(model, config, data, split, 1, &device)?;
        if shares_generator(&device) {
            device.seed(derive_seed(config.seed, Purpose::Dropout, 1));
        }
        let loader = loaders.train.as_ref();
        let step = DropoutStep { seed: config.seed, epoch: 1, step: 0 };
        let clipping = Clipping::new(&config.training);
        work(&mut StepTimer { loader, batches: loader.iter(), step, learner, clipping, device })
    };
    on_training_thread(shares_generator(device), run, || ())
}

impl StepTimer<'_> {
    /// Takes `count` steps as an epoch does and waits for the device at the end. Returns the
    /// seconds.
    ///
    /// # Errors
    /// If the device fails, or the loss is NaN or infinite.
    pub fn time(&mut self, count: usize) -> Result<f64> {
        let mut metrics = Metrics::new(&self.device);
        let mut clock = Clock::start(&self.device)?;
        for _ in 0..count {
            let batch = self.next_batch()?;
            let output = train_on(&mut self.learner, batch, self.step, self.clipping);
            self.step.step += 1;
            metrics.add(output);
        }
        let seconds = clock.lap()?;
        check_loss(&metrics)?;
        Ok(seconds)
    }

    /// Takes `count` steps, the same as in [`time`](Self::time), but waits for the device after
    /// each phase of each step. That takes longer on devices that work while the host prepares the
    /// next operations.
    ///
    /// # Errors
    /// As [`time`](Self::time).
    pub fn time_phases(&mut self, count: usize) -> Result<PhaseSeconds> {
        let mut metrics = Metrics::new(&self.device);
        let mut sum = PhaseSeconds::default();
        let mut clock = Clock::start(&self.device)?;
        for _ in 0..count {
            let batch = self.next_batch()?;
            sum.data += clock.lap()?;

            let model = self.learner.model();
            let pass = self.step.run(|| ForwardPass::new(|features| model.forward(features), batch));
            sum.forward += clock.lap()?;

            let step = pass.backward(&model);
            // A second owner of the weights would slow down their update.
            drop(model);
            sum.backward += clock.lap()?;

            update(&mut self.learner, step.grads, self.step.step, self.clipping);
            self.step.step += 1;
            sum.optimizer += clock.lap()?;

            metrics.add(step.item);
            sum.metrics += clock.lap()?;
        }
        check_loss(&metrics)?;
        Ok(sum)
    }

    fn next_batch(&mut self) -> Result<Batch> {
        let batch = match self.batches.next() {
            Some(batch) => Some(batch),
            None => {
                let step = DropoutStep { epoch: self.step.epoch + 1, step: 0, ..self.step };
                (self.batches, self.step) = (self.loader.iter(), step);
                self.batches.next()
            }
        };
        let batch = batch.ok_or_else(|| Error::data("training data", "has no rows"))?;
        batch.map_err(|error| Error::data("training data", error.to_string()))
    }
}

/// Fails on a NaN or infinite loss: the timings would be meaningless.
fn check_loss(metrics: &Metrics) -> Result<()> {
    let Means { loss, .. } = metrics.read()?;
    match loss.is_finite() {
        true => Ok(()),
        false => Err(Error::Training(format!("the loss is {loss}; a lower --lr may help"))),
    }
}

/// Measures a device's work.
struct Clock {
    device: Device,
    lap: Instant,
}

impl Clock {
    fn start(device: &Device) -> Result<Self> {
        let mut clock = Self { device: device.clone(), lap: Instant::now() };
        clock.lap()?;
        Ok(clock)
    }

    /// Waits for the device. Returns the seconds since the last lap or the start.
    fn lap(&mut self) -> Result<f64> {
        self.device.sync().map_err(device_error)?;
        let now = Instant::now();
        let seconds = now.duration_since(self.lap).as_secs_f64();
        self.lap = now;
        Ok(seconds)
    }
}

#[cfg(test)]
#[path = "step_timer_tests.rs"]
mod tests;
