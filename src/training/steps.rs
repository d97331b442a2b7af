//! The steps of a training one after another, for measuring: the functions that an epoch runs, without validation,
//! checkpoints and a run directory.

use std::thread;
use std::time::Instant;

use burn::data::dataloader::{DataLoader, DataLoaderIterator};
use burn::tensor::Device;
use burn::train::Learner;

use super::gradients::Clipping;
use super::job::STACK_BYTES;
use super::loaders::Loaders;
use super::metrics::{Means, Metrics};
use super::schedule::Schedule;
use super::step::{ForwardPass, train_on, update};
use crate::backend::{catch_failure, device_failed, one_generator_user, reasons};
use crate::config::RunConfig;
use crate::data::random::{Purpose, derive_seed};
use crate::data::{Batch, Data, Split};
use crate::error::{Error, Result};
use crate::model::Mlp;

/// Seconds that the phases of steps took, one step or the sum of several.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PhaseSeconds {
    /// The batch from the loader.
    pub data: f64,
    /// The network and the loss.
    pub forward: f64,
    /// The gradients.
    pub backward: f64,
    /// Clipping, the schedule and the optimizer.
    pub optimizer: f64,
    /// Loss and accuracy, summed up on the device.
    pub metrics: f64,
}

impl PhaseSeconds {
    /// Of all phases together.
    pub fn total(&self) -> f64 {
        self.data + self.forward + self.backward + self.optimizer + self.metrics
    }

    /// The mean of `count` steps whose sum this is.
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

/// The steps of a training: of epoch after epoch, as long as they are asked for.
pub struct Steps<'a> {
    loader: &'a dyn DataLoader<Batch>,
    batches: Box<dyn DataLoaderIterator<Batch> + 'a>,
    /// Of the next batch in its epoch.
    index: usize,
    learner: Learner<Mlp>,
    clipping: Clipping,
    device: Device,
}

/// Hands `work` the steps of the training on `split.train` that `config` describes, from new weights. It runs in a thread of
/// its own, as a training does.
///
/// # Errors
/// If the configuration does not fit the data, the device fails, or `work` returns an error.
pub fn with_steps<T: Send>(
    config: &RunConfig,
    data: &Data,
    split: &Split,
    device: &Device,
    work: impl FnOnce(&mut Steps) -> Result<T> + Send,
) -> Result<T> {
    let _only = one_generator_user();
    let run = || {
        let device = device.clone().inner();
        let loaders = Loaders::new(config, data, split, 1, &device)?;
        let learner = learner(config, data, loaders.steps_per_epoch, &device)?;
        device.seed(derive_seed(config.seed, Purpose::Dropout, 1));
        let loader = loaders.train.as_ref();
        let clipping = Clipping::new(&config.training);
        work(&mut Steps { loader, batches: loader.iter(), index: 0, learner, clipping, device })
    };
    let failed = |message: String| Err(Error::Training(device_failed(&message)));
    thread::scope(|scope| {
        let worker = thread::Builder::new().name("training".to_string()).stack_size(STACK_BYTES);
        let worker = worker.spawn_scoped(scope, || catch_failure(run).unwrap_or_else(failed));
        let worker = worker.map_err(|error| Error::Training(format!("no thread for it: {error}")))?;
        worker.join().unwrap_or_else(|_| failed("it ended without a result".to_string()))
    })
}

fn learner(config: &RunConfig, data: &Data, steps_per_epoch: usize, device: &Device) -> Result<Learner<Mlp>> {
    let (features, classes) = (data.train.dimension(), data.classes());
    let model = Mlp::new(&config.model, features, classes, config.seed, &device.clone().autodiff())?;
    let rate = config.optimizer.learning_rate;
    let schedule = Schedule::new(&config.schedule, rate, &config.training, steps_per_epoch)?;
    Ok(Learner::new(model, config.optimizer.build(config.training.max_norm)?, schedule.scheduler))
}

impl Steps<'_> {
    /// Takes `count` steps as an epoch takes them, and waits for the device at the end. Returns the seconds.
    ///
    /// # Errors
    /// If the device fails, or the loss is not finite.
    pub fn take(&mut self, count: usize) -> Result<f64> {
        let mut metrics = Metrics::new(&self.device);
        let mut clock = Clock::start(&self.device)?;
        for _ in 0..count {
            let batch = self.next_batch()?;
            let output = train_on(&mut self.learner, batch, self.index, self.clipping);
            self.index += 1;
            metrics.add(output);
        }
        let seconds = clock.lap()?;
        check(&metrics)?;
        Ok(seconds)
    }

    /// Takes `count` steps, each the same as in [`take`](Self::take), and waits for the device after each phase of each. On
    /// devices that work while the host prepares what comes next, that takes longer.
    ///
    /// # Errors
    /// As [`take`](Self::take).
    pub fn take_in_phases(&mut self, count: usize) -> Result<PhaseSeconds> {
        let mut metrics = Metrics::new(&self.device);
        let mut sum = PhaseSeconds::default();
        let mut clock = Clock::start(&self.device)?;
        for _ in 0..count {
            let batch = self.next_batch()?;
            sum.data += clock.lap()?;

            let model = self.learner.model();
            let pass = ForwardPass::new(&model, batch);
            sum.forward += clock.lap()?;

            let step = pass.backward(&model);
            // A whole step does not hold it any longer either.
            drop(model);
            sum.backward += clock.lap()?;

            update(&mut self.learner, step.grads, self.index, self.clipping);
            self.index += 1;
            sum.optimizer += clock.lap()?;

            metrics.add(step.item);
            sum.metrics += clock.lap()?;
        }
        check(&metrics)?;
        Ok(sum)
    }

    /// The network as the steps so far have left it.
    #[cfg(test)]
    pub(super) fn model(&self) -> Mlp {
        self.learner.model()
    }

    /// Of the next step in its epoch.
    #[cfg(test)]
    pub(super) fn index(&self) -> usize {
        self.index
    }

    fn next_batch(&mut self) -> Result<Batch> {
        let batch = match self.batches.next() {
            Some(batch) => Some(batch),
            None => {
                (self.batches, self.index) = (self.loader.iter(), 0);
                self.batches.next()
            }
        };
        let batch = batch.ok_or_else(|| Error::data("training data", "has no rows"))?;
        batch.map_err(|error| Error::data("training data", error.to_string()))
    }
}

/// A loss that is no number says that the steps were none either.
fn check(metrics: &Metrics) -> Result<()> {
    let Means { loss, .. } = metrics.read()?;
    match loss.is_finite() {
        true => Ok(()),
        false => Err(Error::Training(format!("the loss is {loss}; a lower --lr may help"))),
    }
}

/// Times of a device's work.
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
        self.device.sync().map_err(|error| Error::Training(format!("the device failed: {}", reasons(error))))?;
        let now = Instant::now();
        let seconds = now.duration_since(self.lap).as_secs_f64();
        self.lap = now;
        Ok(seconds)
    }
}
