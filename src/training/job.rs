//! Wiring: from a configuration and data to a trained run.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use burn::tensor::Device;
use burn::train::checkpoint::AsyncCheckpointer;
use burn::train::renderer::CliMetricsRenderer;
use burn::train::{Learner, SupervisedTraining, TrainLoader, TrainingStrategy};

use super::checkpoint::{PartCheckpointer, SaveEveryEpoch, collector};
use super::event::{Ending, Event};
use super::gradients::Clipping;
use super::history;
use super::loaders::Loaders;
use super::observer::{Observer, StopSignal};
use super::recorder::{Recorder, TrainingState};
use super::resume::Resume;
use super::schedule::Schedule;
use super::strategy::{EpochLoop, Strategy};
use super::trace::Trace;
use crate::artifact::{EpochRow, RunDirectory};
use crate::backend::{catch_failure, device_failed, one_generator_user};
use crate::config::RunConfig;
use crate::data::{Data, Split};
use crate::error::{Error, Result};
use crate::inference::{ModelMetadata, RunIdentity};
use crate::model::{InitialWeights, L2, Mlp};

/// Deep networks nest deeply in autodiff's graph.
pub(super) const STACK_BYTES: usize = 64 << 20;

/// What the training rows pass through on their way to the loop.
type Rows<'a> = &'a (dyn Fn(TrainLoader<Mlp>) -> TrainLoader<Mlp> + Sync);

/// What a training needs.
pub struct Training<'a> {
    /// All settings, valid ones.
    pub config: &'a RunConfig,
    /// The rows; its test set is not touched.
    pub data: &'a Data,
    /// Which of the data's training rows train and which validate.
    pub split: &'a Split,
    /// The weights of `config.training.init_from`, if it names a file. A run that holds a checkpoint does without.
    pub initial_weights: Option<&'a InitialWeights>,
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
    train_traced(training, observer, &|loader| loader, None)
}

/// As [`train`], with the training rows passed through `rows`.
#[cfg(test)]
pub(super) fn train_through(training: &Training, observer: &mut dyn Observer, rows: Rows) -> Result<Outcome> {
    train_traced(training, observer, rows, None)
}

/// As [`train`], with the training rows passed through `rows`, and `trace` told of every step.
pub(super) fn train_traced(
    training: &Training,
    observer: &mut dyn Observer,
    rows: Rows,
    trace: Option<Trace>,
) -> Result<Outcome> {
    let _only = one_generator_user();
    let resume = Resume::read(&training.run)?;
    for problem in &resume.passed_over {
        observer.checkpoint_passed_over(problem);
    }
    let (events, watched) = channel();
    let ending = thread::scope(|scope| {
        let worker = thread::Builder::new().name("training".to_string()).stack_size(STACK_BYTES);
        let work = || {
            let launched = catch_failure(|| launch(training, &resume, rows, trace, events.clone()));
            let failed = |message: String| Err(Error::Training(device_failed(&message)));
            let _ = events.send(Event::Ended(launched.unwrap_or_else(failed)));
        };
        worker.spawn_scoped(scope, work).map_err(|error| Error::Training(format!("no thread for it: {error}")))?;
        watch(&watched, observer)
    })?;
    let TrainingState { history, .. } = Resume::read(&training.run)?.state;
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

/// Builds the learner and lets Burn run it. Returns how the loop ended, which the loop itself reports first.
fn launch(
    training: &Training,
    resume: &Resume,
    rows: Rows,
    trace: Option<Trace>,
    events: Sender<Event>,
) -> Result<Ending> {
    let Training { config, data, split, run, stop, .. } = training;
    let device = training.device.clone().inner();
    let (features, classes) = (data.train.dimension(), data.class_names.len());
    let model = Mlp::new(&config.model, features, classes, config.seed, &device.clone().autodiff())?;
    let identity = RunIdentity { identity_hash: config.identity_hash()?, data_hash: data.hash() };
    resume.check_run(run, &identity)?;
    let recorder = Recorder {
        run: run.clone(),
        early_stopping: config.early_stopping.clone(),
        metadata: ModelMetadata { trained_by: Some(identity.clone()), ..ModelMetadata::new(&config.model, data) },
        state: TrainingState { trained_by: Some(identity), ..resume.state.clone() },
    };
    recorder.catch_up(&model)?;
    if let Some(ending) = resume.ending(config) {
        return Ok(ending);
    }
    let model = if resume.epoch == 0 { start(training, model)? } else { model };
    let Loaders { train, valid, steps_per_epoch } = Loaders::new(config, data, split, resume.epoch + 1, &device)?;
    let rate = config.optimizer.learning_rate;
    let Schedule { scheduler, plateau } = Schedule::new(&config.schedule, rate, &config.training, steps_per_epoch)?;
    let (collector, ends) = collector(resume.parts.clone());
    let epoch_loop = EpochLoop {
        device,
        seed: config.seed,
        clipping: Clipping::new(&config.training),
        l2: L2::new(config.optimizer.l2),
        plateau,
        warmup_epochs: config.schedule.warmup_epochs,
        collector,
        recorder,
        stop: stop.clone(),
        trace,
        events,
    };
    let mut supervised = SupervisedTraining::<Mlp>::new(run.path(), rows(train), valid)
        .with_training_strategy(TrainingStrategy::Custom(Strategy::new(epoch_loop)))
        .num_epochs(config.training.epochs);
    if resume.epoch > 0 {
        supervised = supervised.checkpoint(resume.epoch);
    }
    let learner = Learner::new(model, config.optimizer.build(config.training.max_norm)?, scheduler);
    match with_checkpointers(supervised, ends).launch(learner).error {
        Some(error) => Err(Error::Training(error.to_string())),
        None => Ok(Ending::Finished),
    }
}

/// `model` with the weights that the training starts from.
fn start(training: &Training, model: Mlp) -> Result<Mlp> {
    let file = &training.config.training.init_from;
    match training.initial_weights {
        Some(weights) => weights.apply(model),
        None if file.is_empty() => Ok(model),
        None => Err(Error::config("training.init_from", format!("the weights of {file} were not read"))),
    }
}

/// Checkpoints go through our collector; Burn's own log files and terminal output are switched off.
fn with_checkpointers(supervised: SupervisedTraining<Mlp>, ends: [PartCheckpointer; 3]) -> SupervisedTraining<Mlp> {
    let [model, optimizer, schedule] = ends;
    supervised
        .with_custom_checkpointers(
            AsyncCheckpointer::new(model),
            AsyncCheckpointer::new(optimizer),
            AsyncCheckpointer::new(schedule),
        )
        .with_checkpointing_strategy(SaveEveryEpoch)
        .with_application_logger(None)
        .renderer(Box::new(CliMetricsRenderer::new()))
}
