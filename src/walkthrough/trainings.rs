//! The short trainings that slides 7 to 14 show: real runs, in a directory that is deleted afterwards.

use burn_mlp_infer::model_file::TensorFile;

use crate::config::RunConfig;
use crate::data::{Dataset, SplitIndices};
use crate::error::{Error, Result};
use crate::evaluation::EvaluationReport;
use crate::pipeline::{self, Completed, PipelineObserver, RunLocation, Split};
use crate::run_directory::EpochRow;
use crate::training::{Ending, EpochSummary, Observer, StopSignal};

/// A finished training.
#[derive(Debug, Clone)]
pub struct Training {
    pub config: RunConfig,
    pub history: Vec<EpochRow>,
    pub ending: Ending,
    /// The epoch whose weights are kept.
    pub best_epoch: Option<usize>,
    /// The kept weights on the test rows, or else on the validation rows.
    pub evaluation: Option<(Split, EvaluationReport)>,
    /// `0.5 * lambda * sum W^2` of the kept weights, by the slide's formula in `f64`; `None` without L2.
    pub l2_term: Option<f64>,
}

/// Trains on data in memory.
pub struct Trainings<'a> {
    pub data: &'a Dataset,
    pub stop: &'a StopSignal,
    /// Receives what is being trained, and the epoch.
    pub progress: &'a mut dyn FnMut(&str, usize, usize),
}

impl Trainings<'_> {
    /// Trains by `config`. `what` names the training for the user.
    ///
    /// # Errors
    /// If the training fails, for example because its loss becomes infinite, or is interrupted.
    pub fn train(&mut self, what: &str, config: &RunConfig) -> Result<Training> {
        let folder = tempfile::tempdir().map_err(Error::io("write", std::env::temp_dir()))?;
        let location = RunLocation { out: folder.path().to_path_buf(), ..RunLocation::default() };
        let mut observer = Watch { what, epochs: config.training.epochs, progress: &mut *self.progress };
        let data = self.data.clone();
        let completed = pipeline::run_on(config, |_, _| Ok(data), &location, self.stop, &mut observer)?;
        if completed.training.ending == Ending::Interrupted {
            return Err(Error::Interrupted(format!("while training {what}; nothing was saved")));
        }
        Training::new(config, completed)
    }
}

impl Training {
    fn new(config: &RunConfig, completed: Completed) -> Result<Self> {
        let l2_term = (config.optimizer.l2 > 0.0).then(|| l2_term(config, &completed)).transpose()?;
        let Completed { training, mut evaluations, record, .. } = completed;
        evaluations.sort_by_key(|(split, _)| *split != Split::Test);
        let evaluation = evaluations.into_iter().next().map(|(split, evaluation)| (split, evaluation.report));
        let best_epoch = record.best_epoch.or(training.history.last().map(|row| row.epoch));
        Ok(Self {
            config: config.clone(),
            history: training.history,
            ending: training.ending,
            best_epoch,
            evaluation,
            l2_term,
        })
    }

    /// The metrics of the kept epoch.
    pub fn best(&self) -> Option<&EpochRow> {
        self.history.iter().find(|row| Some(row.epoch) == self.best_epoch)
    }
}

/// Slide 14's `0.5 * l2_lambda * sum(W^2)`, from the saved model.
fn l2_term(config: &RunConfig, completed: &Completed) -> Result<f64> {
    let file = completed.run.read_model()?;
    let damaged = |problem: String| Error::run(completed.run.model_path(), problem);
    let tensors = TensorFile::parse(&file).map_err(damaged)?;
    let blocks = (0..config.model.hidden.len()).map(|block| format!("blocks.{block}.linear.weight"));
    let mut squares = 0.0;
    for name in blocks.chain(["output.weight".to_string()]) {
        let weights = tensors.floats(&name).map_err(damaged)?;
        squares += weights.iter().map(|&weight| f64::from(weight).powi(2)).sum::<f64>();
    }
    Ok(0.5 * config.optimizer.l2 * squares)
}

/// Reports each epoch.
struct Watch<'a> {
    what: &'a str,
    epochs: usize,
    progress: &'a mut dyn FnMut(&str, usize, usize),
}

impl Observer for Watch<'_> {
    fn epoch_finished(&mut self, summary: &EpochSummary) {
        (self.progress)(self.what, summary.row.epoch, self.epochs);
    }
}

impl PipelineObserver for Watch<'_> {}

/// Keeps at most `maximum` rows of the training set, evenly spaced among those that train and those that validate.
/// Returns `None` if the training set has no more.
pub(super) fn limited(data: &Dataset, split: &SplitIndices, maximum: usize) -> Option<Dataset> {
    let total = split.train.len() + split.valid.len();
    if total <= maximum {
        return None;
    }
    let kept = |rows: &[usize]| -> Vec<usize> {
        let count = (rows.len() * maximum / total).max(usize::from(!rows.is_empty()));
        (0..count).map(|position| rows[position * rows.len() / count]).collect()
    };
    let (train, valid) = (kept(&split.train), kept(&split.valid));
    let (trains, all) = (train.len(), train.len() + valid.len());
    let split = SplitIndices { train: (0..trains).collect(), valid: (trains..all).collect() };
    Some(Dataset { train: data.train.select(&[train, valid].concat()), split: Some(split), ..data.clone() })
}
