//! A trial: the run on one backend, conducted in this process, and its results.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::backend_trial::{BackendTrial, RUN};
use super::tensors::{self, Tensors, worst_difference};
use super::valid_predictions::ValidPredictions;
use crate::backend;
use crate::bench::{peak_memory_bytes, read_result, write_result};
use crate::config::RunConfig;
use crate::error::{Error, Result};
use crate::gradcheck::TensorGradient;
use crate::run_directory::{EpochRow, RunDirectory};

/// The file with the [`Trial`] or the reason why it failed.
const RESULT: &str = "trial.json";

/// The file with the gradients of the first step.
const GRADIENTS: &str = "gradients.safetensors";

/// The result of the run on one backend.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// The backend as requested, such as `wgpu:1`.
    pub backend: String,
    /// The device, as its driver names it.
    pub device: String,
    /// Whether the device is a GPU emulated on the CPU.
    pub software: bool,
    /// Whether the backend compiles kernels during the run.
    pub compiles_kernels: bool,
    /// Time to open the device and to run a first operation.
    pub opening_seconds: f64,
    /// Metrics of all epochs; the first is warm-up.
    pub epochs: Vec<EpochRow>,
    /// Losses of the first steps, each before its update.
    pub step_losses: Vec<f64>,
    /// The largest error of the first step's gradients, compared with the closed form in `f64`,
    /// relative to the largest entry of the tensor.
    pub exact_error: f64,
    /// What is predicted for the validation rows after the last epoch.
    pub predictions: ValidPredictions,
    /// Peak memory of the process up to the end of the training, if the system reports it.
    pub peak_memory_bytes: Option<u64>,
    /// Memory held by the device's allocator at the end of the training, if Burn reports it.
    pub device_memory_bytes: Option<u64>,
}

/// A finished trial with its tensors.
#[derive(Debug, Clone)]
pub struct FinishedTrial {
    /// The results without the tensors.
    pub trial: Trial,
    pub(super) gradients: Tensors,
    /// Weights after the last epoch, including the running statistics of batch normalisation.
    pub(super) weights: Tensors,
}

impl FinishedTrial {
    /// Reads the result of [`run_trial`] from `directory`: the trial, the reason why it failed, or
    /// `None` if its process died before it wrote either.
    ///
    /// # Errors
    /// If a file is damaged.
    pub fn read(directory: &Path) -> Result<Option<std::result::Result<Self, String>>> {
        let path = directory.join(RESULT);
        let trial: Trial = match read_result(&path)? {
            Some(Ok(trial)) => trial,
            Some(Err(problem)) => return Ok(Some(Err(problem))),
            None => return Ok(None),
        };
        let path = directory.join(GRADIENTS);
        let gradients = tensors::from_file(&std::fs::read(&path).map_err(Error::io("read", &path))?)?;
        let weights = tensors::from_file(&RunDirectory::open(&directory.join(RUN))?.read_model()?)?;
        Ok(Some(Ok(Self { trial, gradients, weights })))
    }
}

/// Returns the number of epochs that the trial in `directory` has done so far.
pub fn epochs_done(directory: &Path) -> usize {
    let run = RunDirectory::open(&directory.join(RUN));
    run.and_then(|run| run.read_metrics()).map_or(0, |rows| rows.len())
}

/// Runs the trial of `config`, which must come from [`comparable`](super::comparable), and writes
/// its result, or the reason why it failed, into `directory`.
///
/// # Errors
/// If the result cannot be written.
pub fn run_trial(config: &RunConfig, directory: &Path) -> Result<()> {
    write_result(&directory.join(RESULT), || conduct(config, directory))
}

/// Trains first, as a normal run does, so that kernels are compiled in the first epoch.
fn conduct(config: &RunConfig, directory: &Path) -> Result<Trial> {
    let opening = Instant::now();
    let opened = backend::open(config.backend.parse()?)?;
    let opening_seconds = opening.elapsed().as_secs_f64();
    let backend_trial = BackendTrial::new(config, directory, opened)?;
    let (run, epochs) = backend_trial.train()?;
    let device = backend_trial.device();
    let device_memory_bytes = device.memory_pool_usage().map(|usage| usage.bytes_reserved);
    let peak_memory_bytes = peak_memory_bytes();
    let predictions = backend_trial.predictions(&run)?;
    let gradients = backend_trial.first_gradients()?;
    let exact = |gradient: &TensorGradient| gradient.exact.clone();
    let computed = |gradient: &TensorGradient| gradient.computed.clone();
    let exact_error = worst_difference(&named(&gradients, exact), &named(&gradients, computed));
    if !exact_error.is_finite() {
        return Err(Error::Training("a gradient of the first step is NaN or infinite".to_string()));
    }
    let entries = |gradient: &TensorGradient| gradient.computed.iter().map(|entry| *entry as f32).collect();
    let path = directory.join(GRADIENTS);
    let file = tensors::to_file(&named(&gradients, entries))?;
    std::fs::write(&path, file).map_err(Error::io("write", &path))?;
    Ok(Trial {
        backend: config.backend.clone(),
        device: backend_trial.opened.name.clone(),
        software: backend_trial.opened.software,
        compiles_kernels: backend_trial.opened.backend.compiles_kernels(),
        opening_seconds,
        epochs,
        step_losses: backend_trial.first_losses()?,
        exact_error,
        predictions,
        peak_memory_bytes,
        device_memory_bytes,
    })
}

fn named<T>(gradients: &[TensorGradient], entries: impl Fn(&TensorGradient) -> Vec<T>) -> BTreeMap<String, Vec<T>> {
    gradients.iter().map(|gradient| (gradient.name.clone(), entries(gradient))).collect()
}
