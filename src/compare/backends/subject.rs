//! The parts of a trial: the whole run, its first steps one by one, the first step's gradients.

use std::path::Path;

use burn::tensor::Device;

use crate::backend::OpenDevice;
use crate::config::RunConfig;
use crate::data::{self, Dataset, SplitIndices, stratified_split};
use crate::error::{Error, Result};
use crate::gradcheck::{TensorGradient, batch_gradients};
use crate::inference::Predictor;
use crate::loading::{Order, epoch_order};
use crate::model::{InitialWeights, Mlp};
use crate::run_directory::{EpochRow, RunDirectory, RunRecord};
use crate::training::{StopSignal, Trainer, first_losses};

/// The run's directory within a trial's.
pub(super) const RUN: &str = "run";

/// Steps whose losses are taken down: one more than the last of `LOSS_MARKS`.
const TRACED_STEPS: usize = 101;

/// A run on a device, with its data.
pub(super) struct Subject<'a> {
    config: &'a RunConfig,
    place: &'a Path,
    pub opened: OpenDevice,
    data: Dataset,
    split: SplitIndices,
    initial_weights: Option<InitialWeights>,
}

impl<'a> Subject<'a> {
    pub fn new(config: &'a RunConfig, place: &'a Path, opened: OpenDevice) -> Result<Self> {
        let data = data::load(config, &mut |_| ())?;
        let (features, classes) = (data.train.dimension(), data.classes());
        config.model.check_size(features, classes)?;
        let split = stratified_split(data.train.labels(), classes, config.split.valid, config.seed)?;
        let file = &config.training.init_from;
        let initial_weights = match file.is_empty() {
            true => None,
            false => Some(InitialWeights::read(file, &config.model, features, classes)?),
        };
        Ok(Self { config, place, opened, data, split, initial_weights })
    }

    pub fn device(&self) -> &Device {
        &self.opened.device
    }

    fn with_trainer<T>(&self, name: &str, work: impl FnOnce(&Trainer) -> Result<T>) -> Result<(RunDirectory, T)> {
        let toml = self.config.to_toml()?;
        let (run, _lock) = RunDirectory::create(self.place, Some(name), name, &toml, &mut RunRecord::new(""))?;
        let trainer = Trainer {
            config: self.config,
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

    pub fn train(&self) -> Result<(RunDirectory, Vec<EpochRow>)> {
        self.with_trainer(RUN, |trainer| Ok(trainer.train(&mut ())?.history))
    }

    pub fn first_losses(&self) -> Result<Vec<f64>> {
        let (_, losses) = self.with_trainer("steps", |trainer| first_losses(trainer, TRACED_STEPS))?;
        Ok(losses)
    }

    pub fn predictions(&self, run: &RunDirectory) -> Result<Vec<usize>> {
        let predictor = Predictor::from_safetensors(run.read_model()?, self.device());
        let predictor = predictor.map_err(|problem| Error::run(run.model_path(), problem))?;
        let logits = predictor.logits(&self.data.train.select(&self.split.valid))?;
        Ok(logits.chunks(self.data.classes()).map(most_probable).collect())
    }

    pub fn first_gradients(&self) -> Result<Vec<TensorGradient>> {
        let model = &self.config.model;
        let autodiff = self.device().clone().autodiff();
        let mlp = Mlp::new(model, self.data.train.dimension(), self.data.classes(), self.config.seed, &autodiff)?;
        let mlp = self.initial_weights.as_ref().map_or(Ok(mlp.clone()), |weights| weights.apply(mlp.clone()))?;
        batch_gradients(model, &mlp, &self.data, &self.first_batch(), &autodiff)
    }

    /// Rows of the training set in the first batch of the first epoch, as the loader takes them.
    fn first_batch(&self) -> Vec<usize> {
        let rows = &self.split.train;
        let size = self.config.training.batch_size.min(rows.len());
        match epoch_order(Order::of(self.config), rows.len(), 1) {
            None => rows[..size].to_vec(),
            Some(order) => order[..size].iter().map(|position| rows[*position]).collect(),
        }
    }
}

/// The class of the largest logit; of equals the lowest.
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

    /// The mean loss of the rows of the first batch by the initial network.
    fn loss_of_first_batch(subject: &Subject) -> f64 {
        let (device, rows) = (subject.device(), subject.data.train.select(&subject.first_batch()));
        let Dataset { train, .. } = &subject.data;
        let mlp =
            Mlp::new(&subject.config.model, train.dimension(), subject.data.classes(), subject.config.seed, device);
        let features = TensorData::new(rows.to_floats(), [rows.len(), rows.dimension()]);
        let labels: Vec<i32> = rows.labels().iter().map(|label| *label as i32).collect();
        let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [rows.len()]), device);
        let loss = cross_entropy(mlp.unwrap().forward(Tensor::from_data(features, device)), labels);
        loss.into_data().iter::<f64>().next().unwrap()
    }

    #[test]
    fn the_first_batch_is_the_one_that_the_training_begins_with() {
        for shuffle in [true, false] {
            let mut config = RunConfig::default();
            (config.training.shuffle, config.training.epochs, config.seed) = (shuffle, 2, 5);
            let place = tempfile::tempdir().unwrap();
            let opened = backend::open(backend::host()).unwrap();
            let subject = Subject::new(&config, place.path(), opened).unwrap();
            let (expected, loss) = (loss_of_first_batch(&subject), subject.first_losses().unwrap()[0]);
            assert!((expected - loss).abs() < 1e-6, "shuffle {shuffle}: {expected} and {loss}");
        }
    }
}
