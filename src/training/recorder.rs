//! Saves finished epochs to the run directory.

use serde::{Deserialize, Serialize};

use super::checkpoint::{Parts, restore_model};
use super::early_stopping;
use super::trainable_model::TrainableModel;
use crate::config::EarlyStoppingConfig;
use crate::error::{Error, Result};
use crate::run_directory::{EpochRow, RunDirectory};
use burn_mlp_infer::{ModelMetadata, RunIdentity};

/// A checkpoint's state besides the learner's: the epochs so far, from which everything else
/// follows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct TrainingState {
    pub history: Vec<EpochRow>,
    /// The run that this is a state of; nothing before the first checkpoint.
    pub trained_by: Option<RunIdentity>,
}

/// Writes each finished epoch to the run directory. The checkpoint comes first: a resumed run
/// starts from it, and all other files follow from it.
pub(super) struct Recorder {
    pub run: RunDirectory,
    pub early_stopping: EarlyStoppingConfig,
    pub metadata: ModelMetadata,
    pub state: TrainingState,
}

impl Recorder {
    /// Saves an epoch. Returns whether it is the best so far. `model` is called only if its weights
    /// are kept.
    pub fn save_epoch<M: TrainableModel>(
        &mut self,
        row: EpochRow,
        parts: &Parts,
        model: impl FnOnce() -> M,
    ) -> Result<bool> {
        let epoch = row.epoch;
        self.state.history.push(row);
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        self.run.save_checkpoint(epoch, &parts, &self.state, &self.kept_checkpoints())?;
        if self.kept_epoch() == Some(epoch)
            && let Some(file) = self.model_file(&model(), None)?
        {
            self.replace_model(&file)?;
        }
        self.run.write_metrics(&self.state.history)?;
        Ok(self.best_epoch() == Some(epoch))
    }

    /// Brings the other files in line with the checkpoints, in case a writer died between the two.
    /// `network` has the run's architecture.
    pub fn catch_up<M: TrainableModel>(&self, network: &M) -> Result<()> {
        self.run.create_checkpoint_directory()?;
        self.run.keep_checkpoints(&self.kept_checkpoints())?;
        let Some(kept) = self.kept_epoch() else { return Ok(()) };
        self.run.write_metrics(&self.state.history)?;
        match self.run.checkpoint(kept) {
            Ok(checkpoint) => {
                let model = restore_model(&checkpoint, network.clone())?;
                let Some(file) = self.model_file(&model, self.saved_threshold(kept))? else { return Ok(()) };
                if self.run.read_model().is_ok_and(|saved| saved == file) { Ok(()) } else { self.replace_model(&file) }
            }
            Err(_) if self.saved_epoch() == Some(kept) => Ok(()),
            Err(error) => Err(Error::run(
                self.run.model_path(),
                format!(
                    "is lost, and so are its weights in the checkpoint ({error}); to train the run again, remove its checkpoint directory and resume it"
                ),
            )),
        }
    }

    pub fn stops_early(&self) -> bool {
        early_stopping::end(&self.early_stopping, &self.state.history).is_some()
    }

    /// The epochs whose checkpoints are kept: the newest two and the one of the model.
    fn kept_checkpoints(&self) -> Vec<usize> {
        let newest = self.state.history.last().map_or(0, |row| row.epoch);
        [newest, newest.saturating_sub(1)].into_iter().chain(self.kept_epoch()).collect()
    }

    /// The epoch whose weights are in the run's model file, if the file is undamaged.
    fn saved_epoch(&self) -> Option<usize> {
        let metadata = ModelMetadata::of_file(&self.run.read_model().ok()?).ok()?;
        // The file may have been copied from another run.
        (metadata.trained_by == self.metadata.trained_by).then_some(metadata.epoch)
    }

    /// The threshold that was chosen for the weights of `epoch` when the training ended, if it ended before.
    fn saved_threshold(&self, epoch: usize) -> Option<f32> {
        let metadata = ModelMetadata::of_file(&self.run.read_model().ok()?).ok()?;
        let is_same = metadata.trained_by == self.metadata.trained_by && metadata.epoch == epoch;
        metadata.threshold.filter(|_| is_same)
    }

    /// The model file with the weights of `model`, those of the kept epoch.
    fn model_file<M: TrainableModel>(&self, model: &M, threshold: Option<f32>) -> Result<Option<Vec<u8>>> {
        let epoch = self.kept_epoch().unwrap_or(0);
        let metadata = ModelMetadata { epoch, threshold, ..self.metadata.clone() };
        model.model_file(&metadata).map_err(|problem| Error::run(self.run.model_path(), problem))
    }

    /// Writes the model file. The evaluation of the previous model is deleted first, so that it
    /// cannot be mistaken for the new one's.
    fn replace_model(&self, file: &[u8]) -> Result<()> {
        self.run.remove_evaluation()?;
        self.run.write_model(file)
    }

    fn best_epoch(&self) -> Option<usize> {
        early_stopping::best(&self.early_stopping, &self.state.history).map(|row| row.epoch)
    }

    /// The epoch whose weights are the run's model.
    fn kept_epoch(&self) -> Option<usize> {
        early_stopping::kept(&self.early_stopping, &self.state.history).map(|row| row.epoch)
    }
}
