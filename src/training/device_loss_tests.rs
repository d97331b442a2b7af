//! A device that is lost in mid-run, as CubeCL lets it be seen: by a panic in whichever thread asks it for something.
//!
//! No driver can be made to fail on purpose here, so the panic comes from where one is asked: from the loader, which
//! gathers each batch on the device, and from the parts of a checkpoint, which are read from it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::data::dataloader::{DataLoader, DataLoaderIterator, Progress};
use burn::data::dataset::DatasetError;
use burn::store::RecordError;
use burn::tensor::{Bytes, Device};
use burn::train::TrainLoader;
use burn::train::checkpoint::{AsyncCheckpointer, Checkpoint, Checkpointer, CheckpointerError};

use super::checkpoint::collector;
use super::job::train_through;
use super::{Outcome, StopSignal, Training, train};
use crate::artifact::{RunDirectory, RunRecord};
use crate::config::RunConfig;
use crate::data::{self, Batch, Data, Split, stratified_split};
use crate::model::Mlp;

const MESSAGE: &str = "wgpu error: Validation Error: Parent device is lost";

/// Gives its batches until the fifth of the third epoch.
struct LostInTheThirdEpoch {
    batches: TrainLoader<Mlp>,
    epoch: AtomicUsize,
}

struct Batches<'a> {
    batches: Box<dyn DataLoaderIterator<Batch> + 'a>,
    left: usize,
}

impl Iterator for Batches<'_> {
    type Item = Result<Batch, DatasetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.left = self.left.checked_sub(1).unwrap_or_else(|| panic!("{MESSAGE}"));
        self.batches.next()
    }
}

impl DataLoaderIterator<Batch> for Batches<'_> {
    fn progress(&self) -> Progress {
        self.batches.progress()
    }
}

impl DataLoader<Batch> for LostInTheThirdEpoch {
    fn iter<'a>(&'a self) -> Box<dyn DataLoaderIterator<Batch> + 'a> {
        let epoch = 1 + self.epoch.fetch_add(1, Ordering::Relaxed);
        Box::new(Batches { batches: self.batches.iter(), left: if epoch == 3 { 4 } else { usize::MAX } })
    }

    fn num_items(&self) -> usize {
        self.batches.num_items()
    }

    fn to_device(&self, device: &Device) -> TrainLoader<Mlp> {
        lost_in_the_third_epoch(self.batches.to_device(device))
    }

    fn slice(&self, start: usize, end: usize) -> TrainLoader<Mlp> {
        lost_in_the_third_epoch(self.batches.slice(start, end))
    }
}

fn lost_in_the_third_epoch(batches: TrainLoader<Mlp>) -> TrainLoader<Mlp> {
    Arc::new(LostInTheThirdEpoch { batches, epoch: AtomicUsize::new(0) })
}

/// Something to train, in a directory of its own.
struct Job {
    _out: tempfile::TempDir,
    run: RunDirectory,
    config: RunConfig,
    data: Data,
    split: Split,
    device: Device,
}

impl Job {
    fn new() -> Self {
        let mut config = RunConfig::default();
        (config.training.epochs, config.model.hidden) = (5, vec![8]);
        let out = tempfile::tempdir().unwrap();
        let (run, _) = RunDirectory::create(out.path(), None, "run", "", &mut RunRecord::new("")).unwrap();
        let data = data::load(&config, &mut |_| ()).unwrap();
        let split = stratified_split(data.train.labels(), data.class_names.len(), 0.2, 0).unwrap();
        let device = crate::backend::open(crate::backend::host()).unwrap().device;
        Self { _out: out, run, config, data, split, device }
    }

    fn training(&self) -> Training<'_> {
        let Self { config, data, split, device, .. } = self;
        let (run, stop) = (self.run.clone(), StopSignal::new());
        Training { config, data, split, initial_weights: None, device, run, stop }
    }

    fn model(&self) -> Vec<u8> {
        self.run.read_model().unwrap()
    }
}

/// All figures but the times.
fn figures(outcome: &Outcome) -> Vec<(usize, f64, Option<f64>)> {
    outcome.history.iter().map(|row| (row.epoch, row.train_loss, row.valid_loss)).collect()
}

#[test]
fn a_device_lost_within_an_epoch_ends_the_training_with_its_reason_and_costs_that_epoch_alone() {
    let (whole, broken) = (Job::new(), Job::new());
    let expected = train(&whole.training(), &mut ()).unwrap();
    let error = train_through(&broken.training(), &mut (), &lost_in_the_third_epoch).unwrap_err().to_string();
    assert_eq!(error, format!("training failed: the device or its driver failed: {MESSAGE}"));
    assert_eq!(broken.run.newest_checkpoint().unwrap().unwrap().epoch(), 2);
    let resumed = train(&broken.training(), &mut ()).unwrap();
    assert_eq!(figures(&resumed), figures(&expected));
    assert!(broken.model() == whole.model());
}

/// A part of a checkpoint whose tensors cannot be read any more.
struct Unreadable;

impl Checkpoint for Unreadable {
    fn save(self, _path: std::path::PathBuf) -> Result<(), CheckpointerError> {
        panic!("{MESSAGE}")
    }

    fn load(_path: std::path::PathBuf) -> Result<Self, CheckpointerError> {
        panic!("{MESSAGE}")
    }

    fn checkpoint_from_bytes(_bytes: Bytes) -> Result<Self, RecordError> {
        panic!("{MESSAGE}")
    }

    fn checkpoint_into_bytes(self) -> Result<Bytes, RecordError> {
        panic!("{MESSAGE}")
    }
}

#[test]
fn a_device_lost_while_a_checkpoint_is_read_from_it_is_an_error_and_hangs_nothing() {
    let parts = ["model.bpk", "optimizer.bpk", "schedule.bpk"].map(|name| (name.to_string(), Vec::new()));
    let (collector, [model, optimizer, schedule]) = collector(parts.into());
    let (model, optimizer) = (AsyncCheckpointer::<()>::new(model), AsyncCheckpointer::<Unreadable>::new(optimizer));
    let schedule = AsyncCheckpointer::<()>::new(schedule);
    model.save(3, ()).unwrap();
    optimizer.save(3, Unreadable).unwrap();
    schedule.save(3, ()).unwrap();
    let error = collector.collect().unwrap_err().to_string();
    assert!(error.contains("optimizer.bpk cannot be saved") && error.contains(MESSAGE), "{error}");
    // The thread that met the panic lives on; one that does not makes its owner panic.
    drop(collector);
    assert!(optimizer.restore(3).is_err_and(|error| error.to_string().contains(MESSAGE)));
    optimizer.save(4, Unreadable).unwrap();
}
