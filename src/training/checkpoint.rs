//! The learner's state as named bytes, through Burn's own checkpointer interface: it is the only way to an optimizer
//! that a `Learner` owns. The bytes are collected here and saved together, since a checkpoint counts only as a whole.

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

use crate::artifact::Checkpoint as SavedCheckpoint;
use crate::backend::{catch_failure, device_failed};
use crate::error::{Error, Result};
use crate::model::Mlp;

/// Names of a checkpoint's parts.
pub(super) const MODEL: &str = "model.bpk";
pub(super) const OPTIMIZER: &str = "optimizer.bpk";
pub(super) const SCHEDULE: &str = "schedule.bpk";
const PARTS: [&str; 3] = [MODEL, OPTIMIZER, SCHEDULE];

type Part = (&'static str, std::result::Result<Vec<u8>, String>);

/// Receives the parts that Burn's checkpointer threads hand over.
pub(super) struct Collector {
    received: Receiver<Part>,
}

/// One end for each part; implements Burn's `Checkpointer`.
pub(super) struct PartCheckpointer {
    name: &'static str,
    collected: Mutex<Sender<Part>>,
    /// The parts of the checkpoint to resume from.
    restored: Arc<HashMap<String, Vec<u8>>>,
}

/// A collector with its three ends, for the model, the optimizer and the schedule.
pub(super) fn collector(resume_from: HashMap<String, Vec<u8>>) -> (Collector, [PartCheckpointer; 3]) {
    let (sender, received) = channel();
    let restored = Arc::new(resume_from);
    let ends =
        PARTS.map(|name| PartCheckpointer { name, collected: Mutex::new(sender.clone()), restored: restored.clone() });
    (Collector { received }, ends)
}

impl Collector {
    /// The three parts of the checkpoint that was just asked for.
    pub fn collect(&self) -> Result<Vec<(&'static str, Vec<u8>)>> {
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
    /// Reading a record waits for the device. A panic would end Burn's checkpointer thread, and with it the process: its
    /// owner panics again when it is dropped.
    fn save(&self, _epoch: usize, record: R) -> std::result::Result<(), CheckpointerError> {
        let bytes = catch_failure(|| record.checkpoint_into_bytes().map(|bytes| bytes.to_vec()));
        let bytes = bytes.map_err(|message| device_failed(&message));
        let bytes = bytes.and_then(|bytes| bytes.map_err(|error| error.to_string()));
        let collected = self.collected.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        // Nobody collects if another part has failed.
        let _ = collected.send((self.name, bytes));
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

/// The parts of a saved checkpoint.
///
/// # Errors
/// A sentence, where Burn would panic on a part that is missing or that it cannot read.
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

/// `network` with the weights of a saved checkpoint.
pub(super) fn restore_model(checkpoint: &SavedCheckpoint, network: Mlp) -> Result<Mlp> {
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

/// Saves every epoch; which checkpoints are kept is the run directory's business.
pub(super) struct SaveEveryEpoch;

impl CheckpointingStrategy for SaveEveryEpoch {
    fn checkpointing(&mut self, _epoch: usize, _store: &EventStoreClient) -> Vec<CheckpointingAction> {
        vec![CheckpointingAction::Save]
    }
}
