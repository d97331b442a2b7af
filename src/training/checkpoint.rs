//! The learner's state as named bytes.
//!
//! A `Learner` hands out its optimizer only to Burn's checkpointers, one for each part. The bytes
//! are collected here and saved together, since a checkpoint is valid only as a whole.

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use burn::lr_scheduler::LrSchedulerRecord;
use burn::module::Module;
use burn::optim::OptimizerRecord;
use burn::store::ModuleRecord;
use burn::tensor::Bytes;
use burn::train::checkpoint::{
    Checkpoint, Checkpointer, CheckpointerError, CheckpointingAction, CheckpointingStrategy,
};
use burn::train::metric::store::EventStoreClient;

use crate::backend::{catch_failure, device_failed};
use crate::error::{Error, Result};
use crate::run_directory::Checkpoint as SavedCheckpoint;

/// Names of a checkpoint's parts.
const MODEL: &str = "model.bpk";
const OPTIMIZER: &str = "optimizer.bpk";
const SCHEDULE: &str = "schedule.bpk";
const PARTS: [&str; 3] = [MODEL, OPTIMIZER, SCHEDULE];

/// The parts of a checkpoint by name.
pub(super) type Parts = Vec<(&'static str, Vec<u8>)>;

/// A part's name, and its bytes or why it cannot be read from the device.
type SavedPart = (&'static str, std::result::Result<Vec<u8>, String>);

/// Receives the parts from Burn's checkpointer threads.
pub(super) struct Collector {
    received: Receiver<SavedPart>,
}

/// Saves one part to a [`Collector`], and restores it.
pub(super) struct PartCheckpointer {
    name: &'static str,
    collector: Mutex<Sender<SavedPart>>,
    /// The parts of the checkpoint to resume from.
    restored: Arc<HashMap<String, Vec<u8>>>,
}

/// Creates a collector with the checkpointers of the model, the optimizer and the schedule.
pub(super) fn collector(resume_from: HashMap<String, Vec<u8>>) -> (Collector, [PartCheckpointer; 3]) {
    let (sender, received) = channel();
    let restored = Arc::new(resume_from);
    let checkpointers =
        PARTS.map(|name| PartCheckpointer { name, collector: Mutex::new(sender.clone()), restored: restored.clone() });
    (Collector { received }, checkpointers)
}

impl Collector {
    /// Waits for the parts of the checkpoint that Burn was just asked to save.
    pub fn collect(&self) -> Result<Parts> {
        let part = |_| {
            let (name, bytes) = self
                .received
                .recv()
                .map_err(|_| Error::Training("the checkpointer ended before the training did".to_string()))?;
            let bytes =
                bytes.map_err(|problem| Error::Training(format!("the state of {name} cannot be saved: {problem}")))?;
            Ok((name, bytes))
        };
        PARTS.iter().map(part).collect()
    }
}

impl<R: Checkpoint> Checkpointer<R> for PartCheckpointer {
    /// Reading a record waits for the device and panics if the device is lost. That panic must not
    /// reach Burn's checkpointer thread, whose owner would panic again while it is dropped and
    /// abort the process.
    fn save(&self, _epoch: usize, record: R) -> std::result::Result<(), CheckpointerError> {
        let bytes = catch_failure(|| record.checkpoint_into_bytes().map(|bytes| bytes.to_vec()));
        let bytes = bytes.map_err(|message| device_failed(&message));
        let bytes = bytes.and_then(|bytes| bytes.map_err(|error| error.to_string()));
        let collector = self.collector.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        // Fails only if another part has failed and nothing is collected any more.
        let _ = collector.send((self.name, bytes));
        Ok(())
    }

    fn delete(&self, _epoch: usize) -> std::result::Result<(), CheckpointerError> {
        Ok(())
    }

    fn restore(&self, epoch: usize) -> std::result::Result<R, CheckpointerError> {
        let bytes = self.restored.get(self.name).ok_or_else(|| {
            CheckpointerError::Unknown(format!("the checkpoint of epoch {epoch} has no {}", self.name))
        })?;
        let record = catch_failure(|| R::checkpoint_from_bytes(Bytes::from_bytes_vec(bytes.clone())));
        let record = record.map_err(|message| CheckpointerError::Unknown(device_failed(&message)))?;
        record.map_err(CheckpointerError::Record)
    }
}

/// Reads the parts of a saved checkpoint. They are checked here, since Burn panics on one that is
/// missing or unreadable.
///
/// # Errors
/// If a part is missing or unreadable.
pub(super) fn read_parts(checkpoint: &SavedCheckpoint) -> Result<HashMap<String, Vec<u8>>> {
    let mut parts = HashMap::new();
    for name in PARTS {
        parts.insert(name.to_string(), checkpoint.part(name)?.to_vec());
    }
    check(&parts).map_err(|problem| {
        Error::Training(format!(
            "the checkpoint of epoch {} cannot be used: {problem}; resume with the burn-mlp that saved it, or start a new run",
            checkpoint.epoch()
        ))
    })?;
    Ok(parts)
}

/// Loads the weights of a saved checkpoint into `network`.
pub(super) fn restore_model<M: Module>(checkpoint: &SavedCheckpoint, network: M) -> Result<M> {
    let bytes = Bytes::from_bytes_vec(checkpoint.part(MODEL)?.to_vec());
    ModuleRecord::from_bytes(bytes).and_then(|record| network.try_load_record(record)).map_err(|error| {
        Error::Training(format!("the weights of epoch {} cannot be read: {error}", checkpoint.epoch()))
    })
}

fn check(parts: &HashMap<String, Vec<u8>>) -> std::result::Result<(), String> {
    fn readable<R: Checkpoint>(parts: &HashMap<String, Vec<u8>>, name: &str) -> std::result::Result<(), String> {
        let bytes = parts.get(name).ok_or_else(|| format!("it has no {name}"))?;
        let record = R::checkpoint_from_bytes(Bytes::from_bytes_vec(bytes.clone()));
        record.map(drop).map_err(|error| format!("its {name} cannot be read: {error}"))
    }
    readable::<ModuleRecord>(parts, MODEL)?;
    readable::<OptimizerRecord>(parts, OPTIMIZER)?;
    readable::<LrSchedulerRecord>(parts, SCHEDULE)
}

/// Saves every epoch. The run directory decides which checkpoints are kept.
pub(super) struct SaveEveryEpoch;

impl CheckpointingStrategy for SaveEveryEpoch {
    fn checkpointing(&mut self, _epoch: usize, _store: &EventStoreClient) -> Vec<CheckpointingAction> {
        vec![CheckpointingAction::Save]
    }
}
