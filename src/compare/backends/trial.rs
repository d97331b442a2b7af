//! The run on one backend, in this process.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::subject::{RUN, Subject};
use super::tensors::{self, Tensors, worst_difference};
use crate::backend;
use crate::bench::{peak_memory_bytes, read_result, write_result};
use crate::config::RunConfig;
use crate::error::{Error, Result};
use crate::gradcheck::TensorGradient;
use crate::run_directory::{EpochRow, RunDirectory};

/// What the trial tells: a [`Trial`] or the sentence why there is none.
const ANSWER: &str = "trial.json";
const GRADIENTS: &str = "gradients.safetensors";

/// What the run on one backend came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The backend as it was asked for.
    pub backend: String,
    /// The device obtained, as its driver names it.
    pub device: String,
    /// A GPU interface emulated on the CPU.
    pub software: bool,
    /// Whether it compiles kernels while it runs.
    pub compiles_kernels: bool,
    /// Time to open the device and run a first operation.
    pub opening_seconds: f64,
    /// The run's metrics; the first epoch is warm-up.
    pub epochs: Vec<EpochRow>,
    /// Loss of each of the first steps, before its update.
    pub step_losses: Vec<f64>,
    /// The worst entry of the first step's gradients against the closed form in `f64`, relative to
    /// the largest entry of its tensor.
    pub exact_error: f64,
    /// The last epoch's most probable class of each validation row.
    pub predictions: Vec<usize>,
    /// The most main memory that the process held, where the system says it.
    pub peak_memory_bytes: Option<u64>,
    /// What the device's allocator holds at the end of the training, where Burn says it.
    pub device_memory_bytes: Option<u64>,
}

/// A trial with its tensors.
#[derive(Debug, Clone)]
pub struct FinishedTrial {
    /// Its figures.
    pub trial: Trial,
    pub(super) gradients: Tensors,
    /// The last epoch's; batch-norm's running statistics are among them.
    pub(super) weights: Tensors,
}

impl FinishedTrial {
    /// Reads what [`run_trial`] left in `place`. `None` if it left no answer, since its process
    /// died.
    ///
    /// # Errors
    /// If the files are damaged. The inner one is the sentence why the trial failed.
    pub fn read(place: &Path) -> Result<Option<std::result::Result<Self, String>>> {
        let path = place.join(ANSWER);
        let trial: Trial = match read_result(&path)? {
            Some(Ok(trial)) => trial,
            Some(Err(problem)) => return Ok(Some(Err(problem))),
            None => return Ok(None),
        };
        let path = place.join(GRADIENTS);
        let gradients = tensors::from_file(&std::fs::read(&path).map_err(Error::io("read", &path))?)?;
        let weights = tensors::from_file(&RunDirectory::open(&place.join(RUN))?.read_model()?)?;
        Ok(Some(Ok(Self { trial, gradients, weights })))
    }
}

/// How many epochs the trial in `place` has done so far.
pub fn epochs_done(place: &Path) -> usize {
    let run = RunDirectory::open(&place.join(RUN));
    run.and_then(|run| run.read_metrics()).map_or(0, |rows| rows.len())
}

/// Trains as `config` says, which is a [`comparable`](super::comparable) one, and leaves the
/// result, or why there is none, in the directory `place`.
///
/// # Errors
/// If `place` cannot be written to.
pub fn run_trial(config: &RunConfig, place: &Path) -> Result<()> {
    write_result(&place.join(ANSWER), || conduct(config, place))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(Error::io("write", path))
}

/// The training comes first, as it would in a run of its own, so that its first epoch pays for the
/// kernels.
fn conduct(config: &RunConfig, place: &Path) -> Result<Trial> {
    let opening = Instant::now();
    let opened = backend::open(config.backend.parse()?)?;
    let opening_seconds = opening.elapsed().as_secs_f64();
    let subject = Subject::new(config, place, opened)?;
    let (run, epochs) = subject.train()?;
    let device = subject.device();
    let device_memory_bytes = device.memory_pool_usage().map(|usage| usage.bytes_reserved);
    let peak_memory_bytes = peak_memory_bytes();
    let predictions = subject.predictions(&run)?;
    let gradients = subject.first_gradients()?;
    let exact = |gradient: &TensorGradient| gradient.exact.clone();
    let computed = |gradient: &TensorGradient| gradient.computed.clone();
    let exact_error = worst_difference(&named(&gradients, exact), &named(&gradients, computed));
    if !exact_error.is_finite() {
        return Err(Error::Training("a gradient of the first step is not a finite number".to_string()));
    }
    let entries = |gradient: &TensorGradient| gradient.computed.iter().map(|entry| *entry as f32).collect();
    write(&place.join(GRADIENTS), &tensors::to_file(&named(&gradients, entries))?)?;
    Ok(Trial {
        backend: config.backend.clone(),
        device: subject.opened.name.clone(),
        software: subject.opened.software,
        compiles_kernels: subject.opened.backend.compiles_kernels(),
        opening_seconds,
        epochs,
        step_losses: subject.first_losses()?,
        exact_error,
        predictions,
        peak_memory_bytes,
        device_memory_bytes,
    })
}

fn named<T>(gradients: &[TensorGradient], entries: impl Fn(&TensorGradient) -> Vec<T>) -> BTreeMap<String, Vec<T>> {
    gradients.iter().map(|gradient| (gradient.name.clone(), entries(gradient))).collect()
}
