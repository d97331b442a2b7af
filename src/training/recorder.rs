use serde::{Deserialize, Serialize};

use super::checkpoint::restore_model;
use super::history;
use crate::artifact::{EpochRow, RunDirectory};
use crate::config::EarlyStoppingConfig;
use crate::error::{Error, Result};
use crate::inference::ModelMetadata;
use crate::model::{Mlp, read_metadata};

/// What a checkpoint holds beside the learner's parts: the epochs so far, from which everything else follows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct TrainingState {
    pub history: Vec<EpochRow>,
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
        let keep: Vec<usize> = [epoch.saturating_sub(1)].into_iter().chain(kept).collect();
        self.run.save_checkpoint(epoch, &parts, &self.state, &keep)?;
        if kept == Some(epoch) {
            self.save_model(&model())?;
        }
        self.run.write_metrics(&self.state.history)?;
        Ok(self.best_epoch() == Some(epoch))
    }

    /// Brings the files that follow from the checkpoints in line with them, after a writer that died between the two.
    /// `network` is a network of the run's shape.
    pub fn catch_up(&mut self, network: &Mlp) -> Result<()> {
        let history = &self.state.history;
        self.run.discard_after(history.last().map_or(0, |row| row.epoch))?;
        let Some(kept) = self.kept_epoch() else { return Ok(()) };
        self.run.write_metrics(history)?;
        if self.saved_epoch() == Some(kept) {
            return Ok(());
        }
        let model = restore_model(&self.run.checkpoint(kept)?, network.clone())?;
        self.save_model(&model)
    }

    /// The epoch whose weights the run's model file holds, if it holds any.
    fn saved_epoch(&self) -> Option<usize> {
        let metadata = read_metadata(&self.run.read_model().ok()?).ok()?;
        Some(ModelMetadata::from_json(&metadata).ok()?.epoch)
    }

    /// Writes `model`, the kept epoch's, as the run's model.
    fn save_model(&mut self, model: &Mlp) -> Result<()> {
        self.metadata.epoch = self.kept_epoch().unwrap_or(0);
        let path = self.run.model_path();
        let metadata = self.metadata.to_json()?;
        let bytes = model.to_safetensors(&metadata).map_err(|problem| Error::run(&path, problem))?;
        self.run.write_model(&bytes)
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
