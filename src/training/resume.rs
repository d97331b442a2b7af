//! Where a training run starts, and whether anything is left to train.

use std::collections::HashMap;

use super::checkpoint;
use super::early_stopping;
use super::recorder::TrainingState;
use super::training_result::Ending;
use crate::config::{EarlyStoppingConfig, RunConfig};
use crate::error::{Error, Result};
use crate::run_directory::RunDirectory;
use burn_mlp_infer::{ModelMetadata, RunIdentity};

/// Whether a run has nothing left to train with the settings of `config`.
///
/// # Errors
/// If its checkpoints cannot be read.
pub fn is_complete(run: &RunDirectory, config: &RunConfig) -> Result<bool> {
    Ok(Resume::read(run)?.ending(config).is_some())
}

/// The epoch after which a run goes on; 0 if it starts again.
///
/// # Errors
/// If its checkpoints cannot be read.
pub fn resumed_epoch(run: &RunDirectory, config: &RunConfig) -> Result<usize> {
    Ok(Resume::with_model(run, &early_stopping::rule(config))?.epoch)
}

/// Refuses settings with which the run would have ended before the epochs that it has: config.toml
/// must be able to reproduce the run.
///
/// # Errors
/// [`Error::Config`]; also if the run's checkpoints cannot be read.
pub fn check_length(run: &RunDirectory, config: &RunConfig) -> Result<()> {
    let Resume { epoch: done, state, .. } = Resume::read(run)?;
    if config.training.epochs < done {
        let problem = format!("{} is less than the {done} epochs that the run already has", config.training.epochs);
        return Err(Error::config("training.epochs", problem));
    }
    match early_stopping::end(&early_stopping::rule(config), &state.history) {
        Some(end) if end < done => {
            let problem = format!(
                "these settings would have ended the run after epoch {end}, but it has {done}; a larger patience or \
                 enabled=false continues it"
            );
            Err(Error::config("early_stopping", problem))
        }
        _ => Ok(()),
    }
}

/// The starting point of a training run: the newest undamaged checkpoint, or nothing.
pub(super) struct Resume {
    /// The last finished epoch; 0 without a checkpoint.
    pub epoch: usize,
    pub parts: HashMap<String, Vec<u8>>,
    pub state: TrainingState,
    /// Why newer checkpoints are not used.
    pub passed_over: Vec<String>,
}

impl Resume {
    pub fn read(run: &RunDirectory) -> Result<Self> {
        Self::read_up_to(run, usize::MAX)
    }

    /// Reads the newest undamaged checkpoint whose model is not lost: a power loss may damage the checkpoint of the best
    /// epoch and leave a later one.
    pub fn with_model(run: &RunDirectory, early_stopping: &EarlyStoppingConfig) -> Result<Self> {
        let (mut last, mut passed_over) = (usize::MAX, Vec::new());
        loop {
            let mut resume = Self::read_up_to(run, last)?;
            match resume.lost_model(run, early_stopping) {
                Some(error) => {
                    // The others are passed over for the same reason.
                    if passed_over.is_empty() {
                        passed_over.push(format!("passing over the checkpoint of epoch {}: {error}", resume.epoch));
                    }
                    last = resume.epoch - 1;
                }
                // What is lost after a sync is said when the files are brought in line.
                None if resume.epoch == 0 && !passed_over.is_empty() && has_synced(run) => return Self::read(run),
                None => {
                    resume.passed_over.splice(0..0, passed_over);
                    return Ok(resume);
                }
            }
        }
    }

    /// Why the weights of the kept epoch can be read neither from its checkpoint nor from the model file.
    fn lost_model(&self, run: &RunDirectory, early_stopping: &EarlyStoppingConfig) -> Option<Error> {
        let kept = early_stopping::kept(early_stopping, &self.state.history)?.epoch;
        let error = run.checkpoint(kept).err()?;
        (saved_epoch(run, self.state.trained_by.as_ref()) != Some(kept)).then_some(error)
    }

    fn read_up_to(run: &RunDirectory, last: usize) -> Result<Self> {
        let Some(checkpoint) = run.newest_checkpoint_up_to(last)? else {
            let damaged = run
                .checkpoint_epochs()?
                .into_iter()
                .filter(|epoch| *epoch <= last)
                .map(|epoch| format!("the checkpoint of epoch {epoch} is damaged; training starts again"));
            let (parts, state) = (HashMap::new(), TrainingState::default());
            return Ok(Self { epoch: 0, parts, state, passed_over: damaged.collect() });
        };
        let passed_over = checkpoint.rejected().iter().map(|error| format!("passing over a checkpoint: {error}"));
        Ok(Self {
            epoch: checkpoint.epoch(),
            parts: checkpoint::read_parts(&checkpoint)?,
            state: checkpoint.state()?,
            passed_over: passed_over.collect(),
        })
    }

    /// Refuses a checkpoint that was copied from another run.
    pub fn check_run(&self, run: &RunDirectory, identity: &RunIdentity) -> Result<()> {
        match self.epoch == 0 || self.state.trained_by.as_ref() == Some(identity) {
            true => Ok(()),
            false => {
                let problem = format!(
                    "holds epoch {} of another run, with other settings or data; remove it and resume",
                    self.epoch
                );
                Err(Error::run(run.path().join("checkpoint"), problem))
            }
        }
    }

    /// Returns how the run ended, if all its epochs are done or early stopping has ended it.
    pub fn ending(&self, config: &RunConfig) -> Option<Ending> {
        if self.epoch >= config.training.epochs {
            Some(Ending::Finished)
        } else if early_stopping::end(&early_stopping::rule(config), &self.state.history).is_some() {
            Some(Ending::StoppedEarly)
        } else {
            None
        }
    }
}

/// Whether an epoch has ever survived a power loss: metrics.csv is written then.
fn has_synced(run: &RunDirectory) -> bool {
    !run.read_metrics().is_ok_and(|rows| rows.is_empty())
}

/// The epoch whose weights are in the run's model file, if the file is undamaged and of this run.
pub(super) fn saved_epoch(run: &RunDirectory, trained_by: Option<&RunIdentity>) -> Option<usize> {
    let metadata = ModelMetadata::of_file(&run.read_model().ok()?).ok()?;
    // The file may have been copied from another run.
    (Some(&metadata.trained_by) == trained_by).then_some(metadata.epoch)
}
