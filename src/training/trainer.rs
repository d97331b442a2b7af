//! Prepares the training and runs it on its own thread.

use std::sync::PoisonError;

use burn::tensor::Device;

use super::checkpoint::restore_model;
use super::early_stopping;
use super::epoch_loop::EpochLoop;
use super::event::{self, Events};
use super::gradients::Clipping;
use super::learner_adapter::{self, EndingSlot};
use super::observer::{Observer, StopSignal};
use super::recorder::{Recorder, TrainingState};
use super::resume::Resume;
use super::setup::{Setup, new_mlp};
use super::trainable_model::TrainableModel;
use super::training_result::{Ending, TrainingResult};
use super::valid_outputs::ValidOutputs;
use super::worker::on_training_thread;
use crate::backend::shares_generator;
use crate::config::RunConfig;
use crate::data::model_metadata;
use crate::data::{Dataset, SplitIndices};
use crate::error::{Error, Result};
use crate::model::{InitialWeights, L2, Mlp};
use crate::run_directory::RunDirectory;
use burn_mlp_infer::{ModelMetadata, RunIdentity};

/// A training run to run.
pub struct Trainer<'a> {
    /// All settings, validated.
    pub config: &'a RunConfig,
    /// The rows. The test set is not touched.
    pub data: &'a Dataset,
    /// The training rows of `data` that train, and those that validate.
    pub split: &'a SplitIndices,
    /// The weights of `config.training.init_from`, if it names a file. Not needed once the run has
    /// a checkpoint.
    pub initial_weights: Option<&'a InitialWeights>,
    /// The device to train on.
    pub device: &'a Device,
    /// The run directory. If it has a checkpoint, the training resumes from there.
    pub run: RunDirectory,
    /// Ends the training after the current batch.
    pub stop: StopSignal,
}

impl Trainer<'_> {
    /// Trains the configured [`Mlp`] and saves every epoch to the run directory.
    ///
    /// # Errors
    /// If the checkpoint to resume from does not fit, a loss is NaN or infinite, the device fails,
    /// or an epoch cannot be saved. The epochs saved so far can be resumed.
    pub fn train(&self, observer: &mut dyn Observer) -> Result<TrainingResult> {
        let build = |device: &Device| new_mlp(self.config, self.data, device);
        self.train_with(build, |network| self.initialize(network), shares_generator(self.device), observer)
    }

    /// Trains a module of the caller's own, on an autodiff device, like [`train`](Self::train). The
    /// run directory gets checkpoints and metrics.csv. Returns the model with the weights of the
    /// kept epoch (the best, unless `early_stopping.restore_best` is off) in evaluation mode.
    ///
    /// # Errors
    /// As [`train`](Self::train).
    pub fn train_model<M: TrainableModel>(&self, model: M, observer: &mut dyn Observer) -> Result<(M, TrainingResult)> {
        let network = model.clone();
        // It may have layers that draw.
        let result = self.train_with(|_| Ok(model), Ok, true, observer)?;
        let kept = early_stopping::kept(&early_stopping::rule(self.config), &result.history).map(|row| row.epoch);
        let network = match kept {
            Some(epoch) => restore_model(&self.run.checkpoint(epoch)?, network)?,
            None => network,
        };
        Ok((network.valid(), result))
    }

    /// `build` creates the model on a device that is not an autodiff device; `initialize` gives it
    /// its first weights. `shares_generator` says whether it draws from Burn's random generator.
    fn train_with<M: TrainableModel>(
        &self,
        build: impl FnOnce(&Device) -> Result<M> + Send,
        initialize: impl FnOnce(M) -> Result<M> + Send,
        shares_generator: bool,
        observer: &mut dyn Observer,
    ) -> Result<TrainingResult> {
        let resume = Resume::with_model(&self.run, &early_stopping::rule(self.config))?;
        for problem in &resume.passed_over {
            observer.checkpoint_passed_over(problem);
        }
        let (events, received) = event::channel(observer);
        let ended = EndingSlot::default();
        let slot = ended.clone();
        let work = || self.start(&resume, build, initialize, shares_generator, events, slot);
        let launched = on_training_thread(shares_generator, work, || event::forward(received, observer));
        let ending = ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        let ending = ending.unwrap_or(launched)?;
        let TrainingState { history, .. } = Resume::read(&self.run)?.state;
        let best = early_stopping::best(&early_stopping::rule(self.config), &history).cloned();
        Ok(TrainingResult { ending, history, best })
    }

    /// Builds the learner and lets Burn run the epoch loop. Its result counts only if the loop did
    /// not start.
    fn start<M: TrainableModel>(
        &self,
        resume: &Resume,
        build: impl FnOnce(&Device) -> Result<M>,
        initialize: impl FnOnce(M) -> Result<M>,
        shares_generator: bool,
        events: Events,
        ended: EndingSlot,
    ) -> Result<Ending> {
        let Self { config, data, split, run, stop, .. } = self;
        let device = self.device.clone().inner();
        let model = build(&device)?;
        let mut recorder = self.recorder(resume)?;
        recorder.catch_up(&model)?;
        if let Some(ending) = resume.ending(config) {
            return Ok(ending);
        }
        let model = if resume.epoch == 0 { initialize(model)? } else { model };
        let setup = Setup::new(model, config, data, split, resume.epoch + 1, &device)?;
        let epoch_loop = EpochLoop {
            first_epoch: resume.epoch + 1,
            epochs: config.training.epochs,
            members: config.model.members.max(1),
            device,
            seed: config.seed,
            shares_generator,
            clipping: Clipping::new(&config.training),
            l2: L2::of(&config.optimizer),
            plateau: setup.plateau.clone(),
            watched: ValidOutputs::watched(config),
            warmup_epochs: config.schedule.warmup_epochs,
            recorder,
            stop: stop.clone(),
            events,
        };
        learner_adapter::run(setup, epoch_loop, resume, run, ended)?;
        Err(Error::Training("Burn did not run the epoch loop".to_string()))
    }

    fn recorder(&self, resume: &Resume) -> Result<Recorder> {
        let Self { config, data, split, run, .. } = self;
        // A resumed run has the hash alone.
        let weights = match self.initial_weights {
            Some(weights) => Some(weights.sha256().to_string()),
            None => run.read_record().ok().and_then(|record| record.initial_weights_sha256),
        };
        let identity_hash = config.identity_hash(weights.as_deref())?;
        let identity = RunIdentity { identity_hash, data_hash: data.hash() };
        resume.check_run(run, &identity)?;
        let metadata = ModelMetadata { trained_by: identity.clone(), ..model_metadata(config, data, &split.train) };
        let state = TrainingState { trained_by: Some(identity), ..resume.state.clone() };
        Ok(Recorder::new(run.clone(), early_stopping::rule(config), metadata, state))
    }

    /// Loads the initial weights into a new network, if the configuration names a file.
    fn initialize(&self, network: Mlp) -> Result<Mlp> {
        let file = &self.config.training.init_from;
        match self.initial_weights {
            Some(weights) => weights.apply(network),
            None if file.is_empty() => Ok(network),
            None => Err(Error::config("training.init_from", format!("the weights of {file} were not read"))),
        }
    }
}
