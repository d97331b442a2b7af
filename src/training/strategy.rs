//! The epoch loop, as a strategy of Burn's `SupervisedTraining` around Burn's `Learner`.
//!
//! Burn's stock loop saves a checkpoint before early stopping has seen the epoch, drops the metrics' sums between the
//! two, and reads metrics back after every batch. Here an epoch ends in one order: validate, judge, save, act.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use burn::data::dataloader::DataLoader;
use burn::module::Module;
use burn::tensor::Device;
use burn::train::{
    EventProcessorTraining, InferenceStep, Learner, LearningResult, SupervisedLearningStrategy,
    SupervisedTrainingEventProcessor, TrainLoader, TrainingComponents, ValidLoader,
};

use super::checkpoint::Collector;
use super::event::{Ending, Event};
use super::gradients::Clipping;
use super::metrics::{Means, Metrics};
use super::monitor;
use super::observer::{EpochProgress, EpochSummary, StopSignal};
use super::recorder::Recorder;
use super::schedule::Plateau;
use super::step::train_on;
use super::trace::Trace;
use crate::artifact::EpochRow;
use crate::backend::reasons;
use crate::data::Batch;
use crate::data::random::{Purpose, derive_seed};
use crate::error::{Error, Result};
use crate::model::{L2, Mlp};

/// Time between two progress reports; each waits for the device.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(200);

/// Everything that the loop needs besides the learner and the loaders.
pub(super) struct EpochLoop {
    pub device: Device,
    pub seed: u64,
    pub clipping: Clipping,
    pub l2: L2,
    pub plateau: Option<Plateau>,
    pub warmup_epochs: usize,
    pub collector: Collector,
    pub recorder: Recorder,
    pub stop: StopSignal,
    /// Ends the training once it has all its steps.
    pub trace: Option<Trace>,
    pub events: Sender<Event>,
}

/// Hands an [`EpochLoop`] to Burn, whose strategies are shared and immutable.
pub(super) struct Strategy(Mutex<Option<EpochLoop>>);

impl Strategy {
    pub fn new(epoch_loop: EpochLoop) -> Arc<Self> {
        Arc::new(Self(Mutex::new(Some(epoch_loop))))
    }
}

impl SupervisedLearningStrategy<Mlp> for Strategy {
    /// Burn's own version also reports to a metrics renderer, which this program does not use.
    fn train(
        &self,
        learner: Learner<Mlp>,
        train: TrainLoader<Mlp>,
        valid: ValidLoader<Mlp>,
        components: TrainingComponents<Mlp>,
    ) -> LearningResult<Mlp> {
        let first_epoch = components.checkpoint.unwrap_or(0) + 1;
        let interrupter = components.interrupter.clone();
        let (model, processor) = self.fit(components, learner, train, valid, first_epoch);
        LearningResult {
            model: model.valid(),
            renderer: processor.renderer(),
            interrupted: interrupter.interruption(),
            error: interrupter.error(),
        }
    }

    fn fit(
        &self,
        mut components: TrainingComponents<Mlp>,
        mut learner: Learner<Mlp>,
        train: TrainLoader<Mlp>,
        valid: ValidLoader<Mlp>,
        first_epoch: usize,
    ) -> (Mlp, SupervisedTrainingEventProcessor<Mlp>) {
        let taken = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take();
        if let Some(mut epoch_loop) = taken {
            let ended = epoch_loop.run(&mut learner, &train, &valid, &mut components, first_epoch);
            // Nobody listens only if the watching thread is gone.
            let _ = epoch_loop.events.send(Event::Ended(ended));
        }
        (learner.model(), components.event_processor)
    }
}

impl EpochLoop {
    fn run(
        &mut self,
        learner: &mut Learner<Mlp>,
        train: &TrainLoader<Mlp>,
        valid: &ValidLoader<Mlp>,
        components: &mut TrainingComponents<Mlp>,
        first_epoch: usize,
    ) -> Result<Ending> {
        let epochs = components.num_epochs;
        for epoch in first_epoch..=epochs {
            let _ = self.events.send(Event::Started { epoch, epochs });
            let Some(row) = self.epoch(epoch, learner, train, valid)? else { return Ok(Ending::Interrupted) };
            let reduced_to = self.plateau.as_ref().and_then(|plateau| {
                // The rate of a warm-up rises by plan; what it leads to says nothing about the schedule's own.
                (epoch > self.warmup_epochs).then(|| plateau.observe(monitor::value_of(plateau.monitor(), &row)))?
            });
            let parts = self.parts(learner, components, epoch)?;
            let best = self.recorder.save_epoch(row, &parts, || learner.model())?;
            let _ = self.events.send(Event::Finished(EpochSummary { row, best, reduced_to }));
            if epoch < epochs && self.recorder.stops_early() {
                return Ok(Ending::StoppedEarly);
            }
            if epoch < epochs && self.stop.is_requested() {
                return Ok(Ending::Interrupted);
            }
        }
        Ok(Ending::Finished)
    }

    /// Trains and validates one epoch. `None` if it was interrupted.
    fn epoch(
        &self,
        epoch: usize,
        learner: &mut Learner<Mlp>,
        train: &TrainLoader<Mlp>,
        valid: &ValidLoader<Mlp>,
    ) -> Result<Option<EpochRow>> {
        let start = Instant::now();
        self.seed_dropout(epoch)?;
        let Some(trained) = self.train(epoch, learner, train.as_ref())? else { return Ok(None) };
        let train_seconds = start.elapsed().as_secs_f64();
        let model = learner.model().valid();
        let validated = match valid.num_items() {
            0 => None,
            _ => match self.validate(&model, valid.as_ref())? {
                None => return Ok(None),
                validated => validated,
            },
        };
        check_finite(epoch, "training", trained.loss)?;
        if let Some(validated) = validated {
            check_finite(epoch, "validation", validated.loss)?;
        }
        Ok(Some(EpochRow {
            epoch,
            learning_rate: learner.lr_current().base(),
            train_loss: trained.loss,
            train_accuracy: trained.accuracy,
            valid_loss: validated.map(|means| means.loss),
            valid_accuracy: validated.map(|means| means.accuracy),
            l2_term: self.l2_term(&model),
            seconds: start.elapsed().as_secs_f64(),
            samples_per_second: train.num_items() as f64 / train_seconds,
        }))
    }

    fn train(&self, epoch: usize, learner: &mut Learner<Mlp>, loader: &dyn DataLoader<Batch>) -> Result<Option<Means>> {
        let mut metrics = Metrics::new(&self.device);
        let mut reported = Instant::now();
        for (index, batch) in loader.iter().enumerate() {
            let batch = batch.map_err(|error| Error::data("training data", error.to_string()))?;
            let output = train_on(learner, batch, index, self.clipping);
            let traced = self.trace.as_ref().map_or(Ok(false), |trace| trace.is_complete_with(&output))?;
            metrics.add(output);
            if traced || self.stop.is_requested() {
                return Ok(None);
            }
            if reported.elapsed() >= PROGRESS_INTERVAL {
                self.report(epoch, &metrics, loader.num_items())?;
                reported = Instant::now();
            }
        }
        metrics.read().map(Some)
    }

    fn report(&self, epoch: usize, metrics: &Metrics, total_rows: usize) -> Result<()> {
        let Means { loss, accuracy } = metrics.read()?;
        check_finite(epoch, "training", loss)?;
        let progress = EpochProgress { epoch, rows: metrics.rows(), total_rows, loss, accuracy };
        let _ = self.events.send(Event::Progressed(progress));
        Ok(())
    }

    fn validate(&self, model: &Mlp, loader: &dyn DataLoader<Batch>) -> Result<Option<Means>> {
        let mut metrics = Metrics::new(&self.device);
        for batch in loader.iter() {
            let batch = batch.map_err(|error| Error::data("validation data", error.to_string()))?;
            metrics.add(InferenceStep::step(model, batch));
            if self.stop.is_requested() {
                return Ok(None);
            }
        }
        metrics.read().map(Some)
    }

    /// The learner's state after `epoch` as named bytes.
    fn parts(
        &self,
        learner: &Learner<Mlp>,
        components: &mut TrainingComponents<Mlp>,
        epoch: usize,
    ) -> Result<Vec<(&'static str, Vec<u8>)>> {
        let Some(checkpointer) = &mut components.checkpointer else {
            return Err(Error::Training("no checkpointers were registered".to_string()));
        };
        checkpointer.checkpoint(learner, epoch, &components.event_store);
        self.collector.collect()
    }

    /// Dropout draws from the device's own generator; seeding it anew makes an epoch independent of those before it.
    fn seed_dropout(&self, epoch: usize) -> Result<()> {
        self.device.sync().map_err(|error| Error::Training(format!("the device failed: {}", reasons(error))))?;
        self.device.seed(derive_seed(self.seed, Purpose::Dropout, epoch as u64));
        Ok(())
    }

    fn l2_term(&self, model: &Mlp) -> f64 {
        self.l2.forward(model).into_data().iter::<f64>().next().unwrap_or(f64::NAN)
    }
}

fn check_finite(epoch: usize, what: &str, loss: f64) -> Result<()> {
    if loss.is_finite() {
        return Ok(());
    }
    Err(Error::Training(format!(
        "the {what} loss of epoch {epoch} is {loss}; a lower --lr, or clipping with --set training.clip_norm=1, may help"
    )))
}
