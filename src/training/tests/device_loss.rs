//! A device that is lost during a run. CubeCL reports it by a panic in whichever thread asks the
//! device for something.
//!
//! A driver cannot be made to fail on purpose here, so the panic comes from two places that ask: a
//! step of the model, and the parts of a checkpoint, which are read from the device.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use burn::module::Module;
use burn::store::RecordError;
use burn::tensor::{Bytes, Device};
use burn::train::checkpoint::{AsyncCheckpointer, Checkpoint, Checkpointer, CheckpointerError};
use burn::train::{InferenceStep, TrainOutput, TrainStep};

use crate::config::RunConfig;
use crate::data::{self, Dataset, SplitIndices, stratified_split};
use crate::error::Result;
use crate::loading::Batch;
use crate::model::Mlp;
use crate::run_directory::{RunDirectory, RunRecord};
use crate::training::checkpoint::collector;
use crate::training::setup::new_mlp;
use crate::training::{StepOutput, StopSignal, TrainableModel, Trainer, TrainingResult};

const MESSAGE: &str = "wgpu error: Validation Error: Parent device is lost";

/// Steps of an epoch of the [`Job`].
const STEPS_PER_EPOCH: usize = 36;

/// A network that panics after some steps.
#[derive(Module, Debug)]
struct Breaking {
    mlp: Mlp,
    #[module(skip)]
    steps_left: Arc<AtomicUsize>,
}

impl TrainStep for Breaking {
    type Input = Batch;
    type Output = StepOutput;

    fn step(&self, batch: Batch) -> TrainOutput<StepOutput> {
        let take_one = |left: usize| left.checked_sub(1);
        let taken = self.steps_left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take_one);
        taken.unwrap_or_else(|_| panic!("{MESSAGE}"));
        crate::training::train_step(self, |features| self.mlp.forward(features), batch)
    }
}

impl InferenceStep for Breaking {
    type Input = Batch;
    type Output = StepOutput;

    fn step(&self, batch: Batch) -> StepOutput {
        InferenceStep::step(&self.mlp, batch)
    }
}

impl TrainableModel for Breaking {}

/// Something to train, in a directory of its own.
struct Job {
    _out: tempfile::TempDir,
    run: RunDirectory,
    config: RunConfig,
    data: Dataset,
    split: SplitIndices,
    device: Device,
}

impl Job {
    fn new() -> Self {
        let mut config = RunConfig::default();
        (config.training.epochs, config.model.hidden) = (5, vec![8]);
        let out = tempfile::tempdir().unwrap();
        let (run, _) = RunDirectory::create(out.path(), None, "run", "", &mut RunRecord::new("")).unwrap();
        let data = data::load(&config, &mut |_| ()).unwrap();
        let split = stratified_split(data.train.labels(), data.classes(), 0.2, 0).unwrap();
        assert_eq!(split.train.len().div_ceil(config.training.batch_size), STEPS_PER_EPOCH);
        let device = crate::backend::open(crate::backend::host()).unwrap().device;
        Self { _out: out, run, config, data, split, device }
    }

    /// Trains, or resumes, a network that panics after `steps` steps. Returns its final output
    /// weights.
    fn train(&self, steps: usize) -> Result<(Vec<f32>, TrainingResult)> {
        let Self { config, data, split, device, .. } = self;
        let (run, stop) = (self.run.clone(), StopSignal::new());
        let trainer = Trainer { config, data, split, initial_weights: None, device, run, stop };
        let steps_left = Arc::new(AtomicUsize::new(steps));
        let (model, result) =
            trainer.train_model(Breaking { mlp: new_mlp(config, data, device)?, steps_left }, &mut ())?;
        Ok((model.mlp.output.weight.val().into_data().iter::<f32>().collect(), result))
    }
}

/// All metrics but the times.
fn metrics(result: &TrainingResult) -> Vec<(usize, f64, Option<f64>)> {
    result.history.iter().map(|row| (row.epoch, row.train_loss, row.valid_loss)).collect()
}

#[test]
fn a_device_lost_during_an_epoch_ends_the_training_with_its_reason_and_costs_only_that_epoch() {
    let (whole, broken) = (Job::new(), Job::new());
    let (expected_weights, expected) = whole.train(usize::MAX).unwrap();
    let error = broken.train(2 * STEPS_PER_EPOCH + 4).unwrap_err().to_string();
    assert_eq!(error, format!("training failed: the device or its driver failed: {MESSAGE}"));
    assert_eq!(broken.run.newest_checkpoint().unwrap().unwrap().epoch(), 2);
    let (weights, resumed) = broken.train(usize::MAX).unwrap();
    assert_eq!(metrics(&resumed), metrics(&expected));
    assert!(weights == expected_weights);
}

/// A part of a checkpoint whose tensors cannot be read any more.
struct Unreadable;

impl Checkpoint for Unreadable {
    fn save(self, _path: std::path::PathBuf) -> std::result::Result<(), CheckpointerError> {
        panic!("{MESSAGE}")
    }

    fn load(_path: std::path::PathBuf) -> std::result::Result<Self, CheckpointerError> {
        panic!("{MESSAGE}")
    }

    fn checkpoint_from_bytes(_bytes: Bytes) -> std::result::Result<Self, RecordError> {
        panic!("{MESSAGE}")
    }

    fn checkpoint_into_bytes(self) -> std::result::Result<Bytes, RecordError> {
        panic!("{MESSAGE}")
    }
}

#[test]
fn a_device_lost_while_a_checkpoint_is_read_from_it_is_an_error_and_does_not_hang() {
    let parts = ["model.bpk", "optimizer.bpk", "schedule.bpk"].map(|name| (name.to_string(), Vec::new()));
    let (collector, [model, optimizer, schedule]) = collector(parts.into());
    let (model, optimizer) = (AsyncCheckpointer::<()>::new(model), AsyncCheckpointer::<Unreadable>::new(optimizer));
    let schedule = AsyncCheckpointer::<()>::new(schedule);
    model.save(3, ()).unwrap();
    optimizer.save(3, Unreadable).unwrap();
    schedule.save(3, ()).unwrap();
    let error = collector.collect().unwrap_err().to_string();
    assert!(error.contains("optimizer.bpk cannot be saved") && error.contains(MESSAGE), "{error}");
    // Burn's thread survives the panic; otherwise its owner would panic on the next use.
    drop(collector);
    assert!(optimizer.restore(3).is_err_and(|error| error.to_string().contains(MESSAGE)));
    optimizer.save(4, Unreadable).unwrap();
}
