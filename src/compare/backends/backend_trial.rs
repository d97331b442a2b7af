//! The steps of a trial on an open device: the whole run, the losses of its first steps, and the
//! gradients of the first one.

use std::path::Path;

use burn::tensor::Device;

use super::valid_predictions::ValidPredictions;
use crate::backend::OpenDevice;
use crate::config::RunConfig;
use crate::data::{self, Dataset, SplitIndices};
use crate::error::{Error, Result};
use crate::gradcheck::{TensorGradient, batch_gradients};
use crate::inference::Predictor;
use crate::loading::Order;
use crate::model::{InitialWeights, Mlp};
use crate::run_directory::{EpochRow, RunDirectory, RunRecord};
use crate::training::{StopSignal, Trainer, first_losses};

/// The directory of the run within that of the trial.
pub(super) const RUN: &str = "run";

/// Number of steps whose losses are recorded: one more than the last of `LOSS_MARKS`.
const TRACED_STEPS: usize = 101;

/// A configuration with its data and its device.
pub(super) struct BackendTrial<'a> {
    config: RunConfig,
    directory: &'a Path,
    pub opened: OpenDevice,
    data: Dataset,
    split: SplitIndices,
    initial_weights: Option<InitialWeights>,
}

impl<'a> BackendTrial<'a> {
    pub fn new(config: &'a RunConfig, directory: &'a Path, opened: OpenDevice) -> Result<Self> {
        let data = data::load(config, &mut |_| ())?;
        let config = config.for_task(data.is_regression(), data.table.is_some())?.for_rows(data.train.len());
        let (inputs, outputs) = (data.inputs(), data.outputs());
        config.model.check_size(inputs.clone(), outputs)?;
        let split = data.split_training_set(&config.split)?;
        let file = &config.training.init_from;
        let initial_weights = match file.is_empty() {
            true => None,
            false => Some(InitialWeights::read(file, &config.model, inputs, outputs)?),
        };
        Ok(Self { config, directory, opened, data, split, initial_weights })
    }

    pub fn device(&self) -> &Device {
        &self.opened.device
    }

    fn with_trainer<T>(&self, name: &str, work: impl FnOnce(&Trainer) -> Result<T>) -> Result<(RunDirectory, T)> {
        let toml = self.config.to_toml()?;
        let (run, _lock) = RunDirectory::create(self.directory, Some(name), name, &toml, &mut RunRecord::new(""))?;
        let trainer = Trainer {
            config: &self.config,
            data: &self.data,
            split: &self.split,
            initial_weights: self.initial_weights.as_ref(),
            device: self.device(),
            run: run.clone(),
            stop: StopSignal::new(),
        };
        let result = work(&trainer)?;
        Ok((run, result))
    }

    /// Trains the whole run.
    pub fn train(&self) -> Result<(RunDirectory, Vec<EpochRow>)> {
        self.with_trainer(RUN, |trainer| Ok(trainer.train(&mut ())?.history))
    }

    /// Trains the first steps again and returns the loss of each.
    pub fn first_losses(&self) -> Result<Vec<f64>> {
        let (_, losses) = self.with_trainer("steps", |trainer| first_losses(trainer, TRACED_STEPS))?;
        Ok(losses)
    }

    /// Returns what the model of `run` predicts for each validation row.
    pub fn predictions(&self, run: &RunDirectory) -> Result<ValidPredictions> {
        let predictor = Predictor::from_safetensors(run.read_model()?, self.device());
        let predictor = predictor.map_err(|problem| Error::run(run.model_path(), problem))?;
        let outputs = predictor.outputs(&self.data.train.select(&self.split.valid))?;
        let rows = outputs.chunks(self.data.outputs());
        Ok(match self.data.is_regression() {
            true => ValidPredictions::Numbers(rows.map(<[f32]>::to_vec).collect()),
            false => ValidPredictions::Classes(rows.map(most_probable).collect()),
        })
    }

    /// Returns the gradients of the first step.
    pub fn first_gradients(&self) -> Result<Vec<TensorGradient>> {
        let model = &self.config.model;
        let autodiff = self.device().clone().autodiff();
        let mlp = Mlp::new(model, self.data.inputs(), self.data.outputs(), self.config.seed, &autodiff)?;
        let mlp = self.initial_weights.as_ref().map_or(Ok(mlp.clone()), |weights| weights.apply(mlp.clone()))?;
        batch_gradients(&self.config, &mlp, &self.data, &self.first_batch(), &autodiff)
    }

    /// Returns the indices of the training rows in the first batch of the first epoch.
    fn first_batch(&self) -> Vec<usize> {
        let rows = &self.split.train;
        let size = self.config.training.batch_size.min(rows.len());
        match Order::of(&self.config).indices(rows.len(), 1) {
            None => rows[..size].to_vec(),
            Some(order) => order[..size].iter().map(|position| rows[*position]).collect(),
        }
    }
}

/// Returns the class with the largest logit; among equal ones the first.
fn most_probable(logits: &[f32]) -> usize {
    let better = |best: usize, (class, logit): (usize, &f32)| if *logit > logits[best] { class } else { best };
    logits.iter().enumerate().fold(0, better)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backend;
    use crate::training::cross_entropy;
    use burn::tensor::{Int, Tensor, TensorData};

    /// Returns the mean loss of the initial network on the first batch.
    fn loss_of_first_batch(trial: &BackendTrial) -> f64 {
        let (device, rows) = (trial.device(), trial.data.train.select(&trial.first_batch()));
        let Dataset { train, .. } = &trial.data;
        let mlp = Mlp::new(&trial.config.model, train.dimension(), trial.data.classes(), trial.config.seed, device);
        let features = TensorData::new(rows.to_floats(), [rows.len(), rows.dimension()]);
        let labels: Vec<i32> = rows.labels().iter().map(|label| *label as i32).collect();
        let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [rows.len()]), device);
        let loss = cross_entropy(mlp.unwrap().forward(Tensor::from_data(features, device)), labels);
        loss.into_data().iter::<f64>().next().unwrap()
    }

    #[test]
    fn the_first_batch_is_the_one_that_training_starts_with() {
        for shuffle in [true, false] {
            let mut config = RunConfig::default();
            (config.training.shuffle, config.training.epochs, config.seed) = (shuffle, 2, 5);
            let directory = tempfile::tempdir().unwrap();
            let opened = backend::open(backend::host()).unwrap();
            let trial = BackendTrial::new(&config, directory.path(), opened).unwrap();
            let (expected, loss) = (loss_of_first_batch(&trial), trial.first_losses().unwrap()[0]);
            assert!((expected - loss).abs() < 1e-6, "shuffle {shuffle}: {expected} and {loss}");
        }
    }
}
