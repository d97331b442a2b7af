//! A run's model on one of its parts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Instant;

use burn::tensor::Device;

use super::{check_same_data, configuration, write_report};
use crate::artifact::{RunDirectory, TestFigures};
use crate::backend;
use crate::config::{BackendRequest, RunConfig};
use crate::data::{self, Data, Samples, Split, stratified_split};
use crate::error::{Error, Result};
use crate::evaluation::{EvaluationReport, PredictionRow, Predictions, prediction_rows};
use crate::inference::Predictor;

/// A part of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The rows that the network was trained on.
    Train,
    /// The rows held out of the training set.
    Valid,
    /// The test set.
    Test,
}

impl Part {
    /// Its name in evaluation.json and predictions/.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Valid => "valid",
            Self::Test => "test",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a model said about a part, judged.
#[derive(Debug)]
pub struct Evaluation {
    /// The figures.
    pub report: EvaluationReport,
    /// Class probabilities of every row.
    pub predictions: Predictions,
    /// How long it took with data and model in memory, until all figures were there.
    pub seconds: f64,
}

/// Evaluates a run's model on `part` and saves the result, and a new report, in the run directory. `config` is the run's
/// own, but for where its data lies; `backend` may be another than the run's.
///
/// # Errors
/// If the run has no model yet, its data is not what it was, or the part has no rows.
pub fn evaluate(
    run: &RunDirectory,
    config: &RunConfig,
    backend: BackendRequest,
    part: Part,
    loading: data::Progress,
) -> Result<Evaluation> {
    config.check_resume(&configuration(run)?)?;
    let device = backend::open(backend)?;
    let data = data::load(config, loading)?;
    check_same_data(run, &run.read_record()?, &data)?;
    let split = stratified_split(data.train.labels(), data.class_names.len(), config.split.valid, config.seed)?;
    let _lock = run.lock()?;
    let mut evaluations = evaluate_parts(run, config, &data, &split, &device.device, &[part])?;
    match evaluations.pop() {
        Some((part, evaluation)) => {
            if part == Part::Test {
                let mut record = run.read_record()?;
                record.test = Some(test_figures(&evaluation));
                run.write_record(&mut record)?;
            }
            write_report(run)?;
            Ok(evaluation)
        }
        None => Err(Error::data(&data.source, format!("there are no {part} rows; choose another --split"))),
    }
}

/// Evaluates the run's model on those of `parts` that have rows, and saves the reports and predictions.
pub(super) fn evaluate_parts(
    run: &RunDirectory,
    config: &RunConfig,
    data: &Data,
    split: &Split,
    device: &Device,
    parts: &[Part],
) -> Result<Vec<(Part, Evaluation)>> {
    backend::catch_failure(|| judge_parts(run, config, data, split, device, parts)).unwrap_or_else(|message| {
        Err(Error::Training(format!("in the evaluation, {}", backend::device_failed(&message))))
    })
}

fn judge_parts(
    run: &RunDirectory,
    config: &RunConfig,
    data: &Data,
    split: &Split,
    device: &Device,
    parts: &[Part],
) -> Result<Vec<(Part, Evaluation)>> {
    let predictor = Predictor::load(run.path(), device)?;
    // A damaged report is written anew.
    let mut reports: BTreeMap<String, EvaluationReport> = run.read_evaluation().ok().flatten().unwrap_or_default();
    let mut evaluations = Vec::new();
    for &part in parts {
        let samples = match part {
            Part::Train => Some(Cow::Owned(data.train.select(&split.train))),
            Part::Valid => Some(Cow::Owned(data.train.select(&split.valid))),
            Part::Test => data.test.as_ref().map(Cow::Borrowed),
        };
        let Some(samples) = samples.filter(|samples| !samples.is_empty()) else { continue };
        let evaluation = judge(&predictor, &samples, config.evaluation.top_k)?;
        reports.insert(part.name().to_string(), evaluation.report.clone());
        let rows = prediction_rows(&evaluation.predictions, &data.source);
        run.write_predictions(part.name(), rows.map(|row| with_its_file(row, &samples)))?;
        evaluations.push((part, evaluation));
    }
    run.write_evaluation(&reports)?;
    Ok(evaluations)
}

/// The row, with its own file as its source if it has one.
fn with_its_file(row: PredictionRow, samples: &Samples) -> PredictionRow {
    match samples.file(row.index) {
        Some(file) => PredictionRow { source: file.to_string(), ..row },
        None => row,
    }
}

/// What run.json holds of an evaluation on the test set.
pub(super) fn test_figures(evaluation: &Evaluation) -> TestFigures {
    TestFigures { accuracy: evaluation.report.accuracy, loss: evaluation.report.loss }
}

/// What a model says about any rows, judged; nothing is saved. `top_k` is clamped to `1..=classes`.
///
/// # Errors
/// If the rows are none of the model's, or the device fails.
pub fn judge(predictor: &Predictor, samples: &Samples, top_k: usize) -> Result<Evaluation> {
    let start = Instant::now();
    let metadata = predictor.metadata();
    let logits = predictor.logits(samples)?;
    let predictions = Predictions::from_logits(&logits, samples.labels().to_vec(), metadata.classes())?;
    let mut report = EvaluationReport::new(&predictions, &metadata.class_names, top_k)?;
    for mistake in &mut report.worst {
        mistake.pixels = Some(samples.sample(mistake.index).features);
    }
    Ok(Evaluation { report, predictions, seconds: start.elapsed().as_secs_f64() })
}
