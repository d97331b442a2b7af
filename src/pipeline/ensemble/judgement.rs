//! Evaluates candidates on rows that none of them was trained on.

use burn::tensor::Device;

use super::candidates::{Candidate, CandidateRun};
use crate::config::{NumberLoss, RunConfig, Source};
use crate::data::{self, Dataset, Samples, SplitIndices};
use crate::error::{Error, Result};
use crate::inference::Predictor;
use crate::pipeline::Split;
use crate::pipeline::evaluate::{Evaluation, judge_outputs, test_metrics};
use crate::pipeline::resume_checks::{check_same_data, located};
use crate::run_directory::{OUT_OF_FOLD, TestMetrics};
use burn_mlp_infer::{ModelMetadata, Task};

/// What each candidate predicts for rows that no candidate was trained on.
pub(super) struct Judgement {
    /// `valid` or `out-of-fold`.
    pub by: &'static str,
    pub rows: Samples,
    /// Probabilities `[n, classes]`, or numbers standardised by the targets of `metadata`, `[n, targets]`, of each
    /// candidate.
    pub predicted: Vec<Vec<f64>>,
    metadata: ModelMetadata,
}

impl Judgement {
    /// Evaluates on the validation rows that all candidates share; `None` without any. `data` is encoded for
    /// `metadata`, which describes all candidates.
    pub fn by_validation_rows(
        candidates: &[Candidate],
        metadata: &ModelMetadata,
        data: &Dataset,
        split: &SplitIndices,
        device: &Device,
    ) -> Result<Option<Self>> {
        if split.valid.is_empty() {
            return Ok(None);
        }
        let rows = data.train.select(&split.valid);
        let features = rows.to_floats();
        let mut predicted = Vec::with_capacity(candidates.len());
        let runs = candidates.iter().flat_map(|candidate| &candidate.runs);
        for (run, network) in runs.zip(metadata.networks()) {
            let own = network.features_of(&features, metadata.features).into_owned();
            let samples =
                Samples::with_targets(data::Features::Floats(own), rows.targets().clone(), network.inputs.features)?;
            let outputs = Predictor::load(run.run.path(), device)?.outputs(&samples)?;
            predicted.push(finished(&run.metadata, metadata, &outputs));
        }
        Ok(Some(Self { by: Split::Valid.name(), rows, predicted, metadata: metadata.clone() }))
    }

    /// Evaluates on the rows of all folds, each predicted by the run that held it out; `None` unless all candidates hold out
    /// the same rows.
    pub fn by_held_out_folds(
        candidates: &[Candidate],
        metadata: &ModelMetadata,
        device: &Device,
        folds: &mut LoadedFolds,
        loading: data::Progress,
    ) -> Result<Option<Self>> {
        if candidates.iter().any(|candidate| !candidate.holds_out) {
            return Ok(None);
        }
        let mut judged: Option<(Vec<Option<usize>>, Samples)> = None;
        let mut predicted = Vec::with_capacity(candidates.len());
        for candidate in candidates {
            let (rows, values) = held_out(candidate, metadata, device, folds, loading)?;
            let numbers = numbers_of(&rows);
            match &judged {
                Some((others, _)) if *others != numbers => return Ok(None),
                Some(_) => (),
                None => judged = Some((numbers, rows)),
            }
            predicted.push(values);
        }
        let metadata = metadata.clone();
        Ok(judged.map(|(_, rows)| Self { by: OUT_OF_FOLD, rows, predicted, metadata }))
    }

    /// The mean of what the candidates predict, with these shares, which sum to 1.
    pub fn mean(&self, shares: &[f64]) -> Vec<f64> {
        let mut mean = vec![0.0; self.predicted.first().map_or(0, Vec::len)];
        for (predicted, share) in self.predicted.iter().zip(shares) {
            mean.iter_mut().zip(predicted).for_each(|(mean, value)| *mean += share * value);
        }
        mean
    }

    /// The mean loss of predictions for all rows: cross-entropy, or `number_loss` in standard deviations.
    pub fn loss(&self, predicted: &[f64], number_loss: NumberLoss) -> f64 {
        match &self.metadata.task {
            Task::Classification { class_names } => {
                let rows = predicted.chunks_exact(class_names.len()).zip(self.rows.labels());
                let losses = rows.map(|(row, &label)| -row[label as usize].max(f64::MIN_POSITIVE).ln());
                losses.sum::<f64>() / self.rows.len() as f64
            }
            Task::Regression { targets } => {
                let truths = self.rows.standardized(targets);
                let error = |(value, truth): (&f64, f32)| number_loss.of_error(f64::from(truth) - value);
                predicted.iter().zip(truths).map(error).sum::<f64>() / predicted.len() as f64
            }
        }
    }

    /// All metrics of predictions for all rows; a threshold decides between two classes.
    pub fn evaluate(&self, predicted: &[f64], threshold: Option<f32>, config: &RunConfig) -> Result<Evaluation> {
        let outputs: Vec<f32> = match &self.metadata.task {
            Task::Classification { .. } => {
                predicted.iter().map(|probability| probability.max(f64::MIN_POSITIVE).ln() as f32).collect()
            }
            Task::Regression { .. } => predicted.iter().map(|&value| value as f32).collect(),
        };
        judge_outputs(&outputs, &self.rows, &ModelMetadata { threshold, ..self.metadata.clone() }, config)
    }

    /// The metrics of candidates with these shares, which need not sum to 1; `None` if all are 0.
    pub fn metrics(&self, shares: &[f64], config: &RunConfig) -> Result<Option<TestMetrics>> {
        let total: f64 = shares.iter().sum();
        if total <= 0.0 {
            return Ok(None);
        }
        let shares: Vec<f64> = shares.iter().map(|share| share / total).collect();
        Ok(Some(test_metrics(&self.evaluate(&self.mean(&shares), None, config)?.report)))
    }
}

/// Turns a run's outputs into probabilities, or numbers standardised by the targets of `ensemble`.
fn finished(run: &ModelMetadata, ensemble: &ModelMetadata, outputs: &[f32]) -> Vec<f64> {
    match (&run.task, &ensemble.task) {
        (Task::Regression { targets: own }, Task::Regression { targets }) => {
            let count = own.len().max(1);
            let value = |(place, &output): (usize, &f32)| {
                let (own, target) = (&own[place % count], &targets[place % count]);
                (own.value(output) - target.mean) / target.deviation
            };
            outputs.iter().enumerate().map(value).collect()
        }
        _ => outputs.chunks_exact(run.outputs()).flat_map(softmax).collect(),
    }
}

fn softmax(logits: &[f32]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f64> = logits.iter().map(|&logit| (f64::from(logit) - f64::from(largest)).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

/// The data of the fold that was loaded last: runs that differ only by their seeds share it.
#[derive(Default)]
pub(super) struct LoadedFolds(Option<(RunConfig, Dataset)>);

impl LoadedFolds {
    pub fn load(&mut self, run: &CandidateRun, loading: data::Progress) -> Result<&Dataset> {
        let config = located(&run.run, &run.record, &run.config)?;
        if !self.0.as_ref().is_some_and(|(loaded, _)| loads_same(loaded, &config)) {
            self.0 = None;
            let data = data::load(&config, loading)?;
            check_same_data(&run.run, &run.record, &data)?;
            self.0 = Some((config, data));
        }
        let unloaded = || Error::run(run.run.path(), "could not be loaded");
        self.0.as_ref().map(|(_, data)| data).ok_or_else(unloaded)
    }
}

fn loads_same(one: &RunConfig, other: &RunConfig) -> bool {
    let parts = |config: &RunConfig| RunConfig {
        data: config.data.clone(),
        csv: config.csv.clone(),
        images: config.images.clone(),
        split: config.split.clone(),
        synthetic: config.synthetic.clone(),
        ..RunConfig::default()
    };
    // Synthetic data are drawn by the seed.
    let draws = one.data.source.parse().is_ok_and(|source: Source| source == Source::Synthetic);
    parts(one) == parts(other) && (one.seed == other.seed || !draws)
}

/// The rows of all folds of a candidate by their numbers, with what the run that held each out predicts.
fn held_out(
    candidate: &Candidate,
    metadata: &ModelMetadata,
    device: &Device,
    folds: &mut LoadedFolds,
    loading: data::Progress,
) -> Result<(Samples, Vec<f64>)> {
    let (mut parts, mut values) = (Vec::new(), Vec::new());
    for run in &candidate.runs {
        let data = folds.load(run, loading)?;
        let Some(fold) = &data.test else {
            return Err(Error::run(run.run.path(), "has no held-out fold"));
        };
        let outputs = Predictor::load(run.run.path(), device)?.outputs(fold)?;
        values.extend(finished(&run.metadata, metadata, &outputs));
        parts.push(fold.clone());
    }
    let rows = Samples::joined(parts, metadata.table.is_none())?;
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let numbers = numbers_of(&rows);
    order.sort_by_key(|&row| numbers[row]);
    let width = metadata.outputs();
    let values = order.iter().flat_map(|&row| values[row * width..(row + 1) * width].iter().copied()).collect();
    Ok((rows.select(&order), values))
}

/// The number of each row in the training set of the source.
fn numbers_of(rows: &Samples) -> Vec<Option<usize>> {
    (0..rows.len()).map(|row| rows.origin(row).row).collect()
}
