//! Wiring: from a configuration and data to a trained run.

use std::any::Any;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use burn::tensor::Device;
use burn::train::checkpoint::AsyncCheckpointer;
use burn::train::renderer::CliMetricsRenderer;
use burn::train::{Learner, SupervisedTraining, TrainingStrategy};

use super::checkpoint::{self, SaveEveryEpoch, collector};
use super::gradients::Clipping;
use super::history;
use super::observer::{Observer, StopSignal};
use super::recorder::{Recorder, TrainingState};
use super::schedule::Schedule;
use super::strategy::{Ending, EpochLoop, Event, Strategy};
use crate::artifact::{EpochRow, RunDirectory};
use crate::config::RunConfig;
use crate::data::{Data, Order, ResidentLoader, Samples, Split};
use crate::error::{Error, Result};
use crate::inference::ModelMetadata;
use crate::model::{L2, Mlp};

/// Rows of a validation batch: large, since no gradients are kept.
const VALIDATION_BATCH_SIZE: usize = 1000;

/// Deep networks nest deeply in autodiff's graph.
const STACK_BYTES: usize = 64 << 20;

/// Burn's random generator belongs to the process, so two trainings at once would disturb each other.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// What a training needs.
pub struct Training<'a> {
    /// All settings, valid ones.
    pub config: &'a RunConfig,
    /// The rows; its test set is not touched.
    pub data: &'a Data,
    /// Which of the data's training rows train and which validate.
    pub split: &'a Split,
    /// Where it computes.
    pub device: &'a Device,
    /// Where it is saved. If it holds a checkpoint, the training goes on from there.
    pub run: RunDirectory,
    /// Ends it after the batch in progress.
    pub stop: StopSignal,
}

/// A training that came to its end.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What ended it.
    pub ending: Ending,
    /// Every finished epoch, also of the runs before a resume.
    pub history: Vec<EpochRow>,
    /// The best epoch by the early-stopping monitor.
    pub best: Option<EpochRow>,
}

/// Trains as `training.config` says and saves every epoch to the run directory.
///
/// # Errors
/// If the checkpoint to resume from does not fit, the loss is not finite, the device fails, or an epoch cannot be
/// saved. Every epoch saved before stays resumable.
pub fn train(training: &Training, observer: &mut dyn Observer) -> Result<Outcome> {
    let _only = ONE_AT_A_TIME.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let resume = Resume::read(&training.run)?;
    for problem in &resume.passed_over {
        observer.checkpoint_passed_over(problem);
    }
    let (events, watched) = channel();
    let ending = thread::scope(|scope| {
        let worker = thread::Builder::new().name("training".to_string()).stack_size(STACK_BYTES);
        let work = || {
            let launched = catch_unwind(AssertUnwindSafe(|| launch(training, &resume, events.clone())));
            let _ = events.send(Event::Ended(launched.unwrap_or_else(|panic| Err(device_failed(panic)))));
        };
        worker.spawn_scoped(scope, work).map_err(|error| Error::Training(format!("no thread for it: {error}")))?;
        watch(&watched, observer)
    })?;
    let TrainingState { history } = Resume::read(&training.run)?.state;
    let best = history::best(&training.config.early_stopping, &history).cloned();
    Ok(Outcome { ending, history, best })
}

/// Passes events on until the training ends.
fn watch(events: &Receiver<Event>, observer: &mut dyn Observer) -> Result<Ending> {
    for event in events {
        match event {
            Event::Started { epoch, epochs } => observer.epoch_started(epoch, epochs),
            Event::Progressed(progress) => observer.epoch_progressed(&progress),
            Event::Finished(summary) => observer.epoch_finished(&summary),
            Event::Ended(ending) => return ending,
        }
    }
    Err(Error::Training("it ended without a result".to_string()))
}

/// Burn's backends panic when a driver fails in mid-run.
fn device_failed(panic: Box<dyn Any + Send>) -> Error {
    let message = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    Error::Training(format!("the device or its driver failed: {}", message.unwrap_or("no reason given")))
}

/// Builds the learner and lets Burn run it. Returns how the loop ended, which the loop itself reports first.
fn launch(training: &Training, resume: &Resume, events: Sender<Event>) -> Result<Ending> {
    let Training { config, data, split, device, run, stop } = training;
    let device = (*device).clone().inner();
    let first_epoch = resume.epoch + 1;
    let order = if config.training.shuffle { Order::Shuffled { seed: config.seed } } else { Order::Sequential };
    let loader = |samples: Samples, size, order| ResidentLoader::new(&samples, size, order, first_epoch, &device);
    let train = loader(data.train.select(&split.train), config.training.batch_size, order);
    let valid = loader(data.train.select(&split.valid), VALIDATION_BATCH_SIZE, Order::Sequential);

    let (features, classes) = (data.train.dimension(), data.class_names.len());
    let model = Mlp::new(&config.model, features, classes, config.seed, &device.clone().autodiff())?;
    let schedule = Schedule::new(&config.schedule, config.optimizer.learning_rate, &config.training, train.batches())?;
    let (collector, [for_model, for_optimizer, for_schedule]) = collector(resume.parts.clone());
    let mut recorder = Recorder {
        run: run.clone(),
        early_stopping: config.early_stopping.clone(),
        metadata: ModelMetadata::new(&config.model, data),
        state: resume.state.clone(),
    };
    recorder.catch_up(&model)?;
    if let Some(ending) = resume.ending(config) {
        return Ok(ending);
    }
    let epoch_loop = EpochLoop {
        device: device.clone(),
        seed: config.seed,
        clipping: Clipping::new(&config.training),
        l2: L2::new(config.optimizer.l2),
        plateau: schedule.plateau,
        warmup_epochs: config.schedule.warmup_epochs,
        collector,
        recorder,
        stop: stop.clone(),
        events,
    };
    let mut supervised = SupervisedTraining::<Mlp>::new(run.path(), Arc::new(train), Arc::new(valid))
        .with_training_strategy(TrainingStrategy::Custom(Strategy::new(epoch_loop)))
        .with_custom_checkpointers(
            AsyncCheckpointer::new(for_model),
            AsyncCheckpointer::new(for_optimizer),
            AsyncCheckpointer::new(for_schedule),
        )
        .with_checkpointing_strategy(SaveEveryEpoch)
        .with_application_logger(None)
        .renderer(Box::new(CliMetricsRenderer::new()))
        .num_epochs(config.training.epochs);
    if resume.epoch > 0 {
        supervised = supervised.checkpoint(resume.epoch);
    }
    let learner = Learner::new(model, config.optimizer.build()?, schedule.scheduler);
    match supervised.launch(learner).error {
        Some(error) => Err(Error::Training(error.to_string())),
        None => Ok(Ending::Finished),
    }
}

/// Where a training starts: after the newest complete checkpoint, or from nothing.
struct Resume {
    /// The last finished epoch; 0 if there is none.
    epoch: usize,
    parts: HashMap<String, Vec<u8>>,
    state: TrainingState,
    /// Why newer checkpoints do not count.
    passed_over: Vec<Error>,
}

impl Resume {
    fn read(run: &RunDirectory) -> Result<Self> {
        let Some(checkpoint) = run.newest_checkpoint()? else {
            let damaged = run.checkpoint_epochs()?.into_iter().map(|epoch| {
                Error::run(run.path(), format!("the checkpoint of epoch {epoch} is damaged; training starts again"))
            });
            let (parts, state) = (HashMap::new(), TrainingState::default());
            return Ok(Self { epoch: 0, parts, state, passed_over: damaged.collect() });
        };
        let passed_over = checkpoint.passed_over().iter().map(|error| Error::run(run.path(), error.to_string()));
        Ok(Self {
            epoch: checkpoint.epoch(),
            parts: checkpoint::read_parts(&checkpoint)?,
            state: checkpoint.state()?,
            passed_over: passed_over.collect(),
        })
    }

    /// A run that has all its epochs, or that early stopping has ended, trains no more.
    fn ending(&self, config: &RunConfig) -> Option<Ending> {
        if self.epoch >= config.training.epochs {
            Some(Ending::Finished)
        } else if history::stops(&config.early_stopping, &self.state.history) {
            Some(Ending::StoppedEarly)
        } else {
            None
        }
    }
}
