use serde::{Deserialize, Serialize};

use super::checkpoint::restore_model;
use super::history;
use crate::artifact::{EpochRow, RunDirectory};
use crate::config::EarlyStoppingConfig;
use crate::error::{Error, Result};
use crate::inference::{ModelMetadata, RunIdentity};
use crate::model::{Mlp, UNSEALED, seal, tensors_sha256};

/// What a checkpoint holds beside the learner's parts: the epochs so far, from which everything else follows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct TrainingState {
    pub history: Vec<EpochRow>,
    /// The run that it is a state of; early versions did not say.
    #[serde(default)]
    pub trained_by: Option<RunIdentity>,
}

/// Writes each finished epoch to the run directory: first the checkpoint, which is the truth that a resumed run starts
/// from, then what follows from it.
pub(super) struct Recorder {
    pub run: RunDirectory,
    pub early_stopping: EarlyStoppingConfig,
    pub metadata: ModelMetadata,
    pub state: TrainingState,
}

impl Recorder {
    /// Saves an epoch. Returns whether it is the best so far.
    pub fn save_epoch(
        &mut self,
        row: EpochRow,
        parts: &[(&'static str, Vec<u8>)],
        model: impl FnOnce() -> Mlp,
    ) -> Result<bool> {
        let epoch = row.epoch;
        self.state.history.push(row);
        let kept = self.kept_epoch();
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        self.run.save_checkpoint(epoch, &parts, &self.state, &self.checkpoints())?;
        if kept == Some(epoch) {
            self.replace_model(&self.model_file(&model())?)?;
        }
        self.run.write_metrics(&self.state.history)?;
        Ok(self.best_epoch() == Some(epoch))
    }

    /// Brings the files that follow from the checkpoints in line with them, after a writer that died between the two.
    /// `network` is a network of the run's shape.
    pub fn catch_up(&self, network: &Mlp) -> Result<()> {
        let history = &self.state.history;
        self.run.make_checkpoint_directory()?;
        self.run.keep_checkpoints(&self.checkpoints())?;
        let Some(kept) = self.kept_epoch() else { return Ok(()) };
        self.run.write_metrics(history)?;
        match self.run.checkpoint(kept) {
            Ok(checkpoint) => {
                let file = self.model_file(&restore_model(&checkpoint, network.clone())?)?;
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

    /// The epochs whose checkpoints are kept: the newest two and that of the model.
    fn checkpoints(&self) -> Vec<usize> {
        let newest = self.state.history.last().map_or(0, |row| row.epoch);
        [newest, newest.saturating_sub(1)].into_iter().chain(self.kept_epoch()).collect()
    }

    /// The epoch whose weights the run's model file holds, if it is whole.
    fn saved_epoch(&self) -> Option<usize> {
        let metadata = ModelMetadata::of_file(&self.run.read_model().ok()?).ok()?;
        // Another run's model is none of this one's.
        let is_own = metadata.trained_by.is_none() || metadata.trained_by == self.metadata.trained_by;
        is_own.then_some(metadata.epoch)
    }

    /// The model file of `model`, the kept epoch's.
    fn model_file(&self, model: &Mlp) -> Result<Vec<u8>> {
        let failed = |problem| Error::run(self.run.model_path(), problem);
        let mut metadata = self.metadata.clone();
        metadata.epoch = self.kept_epoch().unwrap_or(0);
        let unnamed = model.to_safetensors("").map_err(failed)?;
        metadata.tensors_sha256 = tensors_sha256(&unnamed).map_err(failed)?;
        metadata.file_sha256 = Some(UNSEALED.to_string());
        let mut file = model.to_safetensors(&metadata.to_json()?).map_err(failed)?;
        seal(&mut file).map_err(failed)?;
        Ok(file)
    }

    /// Writes the run's model. What was said of the one before it goes first, so that it is never taken for this one's.
    fn replace_model(&self, file: &[u8]) -> Result<()> {
        self.run.remove_evaluation()?;
        self.run.write_model(file)
    }

    pub fn stops_early(&self) -> bool {
        history::stops(&self.early_stopping, &self.state.history)
    }

    pub fn best_epoch(&self) -> Option<usize> {
        history::best(&self.early_stopping, &self.state.history).map(|row| row.epoch)
    }

    /// The epoch whose weights are the run's model.
    pub fn kept_epoch(&self) -> Option<usize> {
        history::kept(&self.early_stopping, &self.state.history).map(|row| row.epoch)
    }
}
