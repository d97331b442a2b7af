//! Saves finished epochs to the run directory.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::checkpoint::{Parts, restore_model};
use super::early_stopping;
use super::resume::saved_epoch;
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

/// Minimum time between two syncs: a power loss costs at most the epochs of this time, and the one in progress.
const SYNC_INTERVAL: Duration = Duration::from_secs(1);

/// Writes each finished epoch to the run directory: its checkpoint at once, so that a killed process loses at most the
/// epoch in progress. Syncing takes longer than a short epoch, so it happens at most once in [`SYNC_INTERVAL`] and at the
/// end; only then the other files, which all follow from the checkpoint, are replaced. Until a newer checkpoint is synced,
/// the last synced one stays.
pub(super) struct Recorder {
    run: RunDirectory,
    early_stopping: EarlyStoppingConfig,
    pub metadata: ModelMetadata,
    state: TrainingState,
    /// The epochs whose checkpoints are synced and still needed after a power loss: the newest, and that of the model.
    synced: Vec<usize>,
    last_sync: Instant,
    /// The model file of the kept epoch, if the run directory does not have it yet.
    new_model: Option<Vec<u8>>,
}

/// How an epoch was saved.
pub(super) struct SavedEpoch {
    /// Whether it is the best so far.
    pub best: bool,
    /// Whether a power loss can no longer undo it.
    pub synced: bool,
}

impl Recorder {
    /// Continues a run after the epochs of `state`, whose checkpoints are synced.
    pub fn new(
        run: RunDirectory,
        early_stopping: EarlyStoppingConfig,
        metadata: ModelMetadata,
        state: TrainingState,
    ) -> Self {
        Self { run, early_stopping, metadata, state, synced: Vec::new(), last_sync: Instant::now(), new_model: None }
    }

    /// Saves an epoch. `model` is called only if its weights are kept.
    pub fn save_epoch<M: TrainableModel>(
        &mut self,
        row: EpochRow,
        parts: &Parts,
        model: impl FnOnce() -> M,
    ) -> Result<SavedEpoch> {
        let epoch = row.epoch;
        self.state.history.push(row);
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (*name, bytes.as_slice())).collect();
        let keep = [self.kept_checkpoints(), self.synced.clone()].concat();
        self.run.save_checkpoint(epoch, &parts, &self.state, &keep)?;
        if self.kept_epoch() == Some(epoch) {
            self.new_model = self.model_file(&model(), None)?;
        }
        let synced = self.last_sync.elapsed() >= SYNC_INTERVAL;
        if synced {
            self.sync()?;
        }
        Ok(SavedEpoch { best: self.best_epoch() == Some(epoch), synced })
    }

    /// Makes all epochs so far survive a power loss, and brings the other files in line with them.
    pub fn sync(&mut self) -> Result<()> {
        let newest = self.state.history.last().map(|row| row.epoch);
        let needed: Vec<usize> =
            newest.into_iter().chain(self.kept_epoch().filter(|kept| newest != Some(*kept))).collect();
        if needed.iter().all(|epoch| self.synced.contains(epoch)) {
            return Ok(());
        }
        for &epoch in needed.iter().filter(|epoch| !self.synced.contains(epoch)) {
            self.run.sync_checkpoint(epoch)?;
        }
        if let Some(file) = self.new_model.take() {
            self.replace_model(&file)?;
        }
        self.run.write_metrics(&self.state.history)?;
        self.synced = needed;
        self.run.keep_checkpoints(&self.kept_checkpoints())?;
        self.last_sync = Instant::now();
        Ok(())
    }

    /// Brings all files in line with the newest checkpoint, in case the process died or the power failed before they
    /// were. `network` has the run's architecture.
    pub fn catch_up<M: TrainableModel>(&mut self, network: &M) -> Result<()> {
        self.run.create_checkpoint_directory()?;
        self.run.keep_checkpoints(&self.kept_checkpoints())?;
        let Some(kept) = self.kept_epoch() else { return Ok(()) };
        for epoch in self.run.checkpoint_epochs()? {
            self.run.sync_checkpoint(epoch)?;
        }
        self.synced = self.kept_checkpoints();
        self.run.write_metrics(&self.state.history)?;
        match self.run.checkpoint(kept) {
            Ok(checkpoint) => {
                let model = restore_model(&checkpoint, network.clone())?;
                let Some(file) = self.model_file(&model, self.saved_threshold(kept))? else { return Ok(()) };
                if self.run.read_model().is_ok_and(|saved| saved == file) { Ok(()) } else { self.replace_model(&file) }
            }
            Err(_) if saved_epoch(&self.run, Some(&self.metadata.trained_by)) == Some(kept) => Ok(()),
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
