//! Evaluation of a run's model on one split of the data.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::mem::discriminant;
use std::path::Path;
use std::time::Instant;

use burn::tensor::Device;

use super::ensemble::{check_has_split, load_for};
use super::used_rows::is_same_file;
use super::{check_same_data, configuration, located, write_report};
use crate::backend;
use crate::config::{BackendRequest, DataConfig, RunConfig, STANDARD_INPUT, Source};
use crate::data::{self, Dataset, NewRows, Samples, SplitIndices};
use crate::error::{Error, Result};
use crate::evaluation::{
    ClassificationReport, EvaluationReport, NumberPredictions, NumberRow, Predictions, RegressionReport,
    prediction_rows,
};
use crate::inference::Predictor;
use crate::run_directory::{RunDirectory, TestMetrics};
use burn_mlp_infer::table::Warning;
use burn_mlp_infer::{ModelMetadata, Task};

/// A split of the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// The rows that trained the network.
    Train,
    /// The rows held out of the training set.
    Valid,
    /// The test set.
    Test,
}

impl Split {
    /// The name in evaluation.json and predictions/.
    pub fn name(self) -> &'static str {
        match self {
            Self::Train => "train",
            Self::Valid => "valid",
            Self::Test => "test",
        }
    }

    /// Returns the rows of this split, if there are any.
    pub(super) fn rows<'a>(self, data: &'a Dataset, indices: &SplitIndices) -> Option<Cow<'a, Samples>> {
        let rows = match self {
            Self::Train => Cow::Owned(data.train.select(&indices.train)),
            Self::Valid => Cow::Owned(data.train.select(&indices.valid)),
            Self::Test => Cow::Borrowed(data.test.as_ref()?),
        };
        (!rows.is_empty()).then_some(rows)
    }
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What a model predicts of rows.
#[derive(Debug)]
pub enum Predicted {
    Classes(Predictions),
    Numbers(NumberPredictions),
}

/// A model's predictions for a split, and their metrics.
#[derive(Debug)]
pub struct Evaluation {
    /// The metrics.
    pub report: EvaluationReport,
    /// The class probabilities, or the numbers, of every row.
    pub predictions: Predicted,
    /// How long it took to predict and to compute all metrics, with data and model in memory.
    pub seconds: f64,
}

/// Evaluates a run's model on `split` and saves the result, and a new report, in the run directory.
/// `config` is the run's own, except for where its data lies; `backend` may be another than the
/// run's.
///
/// # Errors
/// If the run has no model yet, its data has changed, or the split has no rows.
pub fn evaluate(
    run: &RunDirectory,
    config: &RunConfig,
    backend: BackendRequest,
    split: Split,
    loading: data::Progress,
) -> Result<Evaluation> {
    let record = run.read_record()?;
    run.check_is_one_run(&record)?;
    let earlier = configuration(run)?;
    config.check_resume(&earlier)?;
    let config = &config.with_new_paths_absolute(&earlier)?;
    check_has_split(run, &record, split)?;
    let data = load_for(run, &record, &located(run, &record, config)?, loading)?;
    check_same_data(run, &record, &data)?;
    evaluate_loaded(run, config, backend, split, &data)
}

/// Evaluates on a split of the run's own data, which is loaded.
fn evaluate_loaded(
    run: &RunDirectory,
    config: &RunConfig,
    backend: BackendRequest,
    split: Split,
    data: &Dataset,
) -> Result<Evaluation> {
    let device = backend::open(backend)?;
    let indices = data.split_training_set(&config.split)?;
    let _lock = run.lock()?;
    let mut evaluations = evaluate_splits(run, config, data, &indices, &device.device, &[split])?;
    let Some((_, evaluation)) = evaluations.pop() else {
        return Err(Error::data(&data.source, format!("has no {split} rows; choose another --split")));
    };
    if split == Split::Test {
        let mut record = run.read_record()?;
        record.test = Some(test_metrics(&evaluation.report));
        run.write_record(&mut record)?;
    }
    write_report(run)?;
    Ok(evaluation)
}

/// What a run's model was evaluated on.
#[derive(Debug)]
pub enum Judged {
    /// A split of the run's own data, which lies elsewhere now; the evaluation is saved in the run directory.
    OwnData(Evaluation),
    /// Rows of another source, with what is unlike the training rows and remarks on what was read; nothing is saved.
    NewRows { evaluation: Evaluation, warnings: Vec<Warning>, notes: Vec<String> },
}

/// Evaluates a run's model on the rows of `source`. If they are the run's own data, by their hash, only those of
/// `split` are used, as in [`evaluate`].
///
/// # Errors
/// If the source cannot be read, does not fit the model, has a class that the model does not know or no classes, or the
/// device fails.
pub fn evaluate_source(
    run: &RunDirectory,
    config: &RunConfig,
    source: &str,
    backend: BackendRequest,
    split: Split,
    loading: data::Progress,
) -> Result<Judged> {
    let own_kind = discriminant(&config.data.source.parse::<Source>()?);
    let data = DataConfig { source: source.to_string(), ..config.data.clone() };
    let record = run.read_record()?;
    run.check_is_one_run(&record)?;
    // The new source lies where this program was started, other files where the run was.
    let config = RunConfig { data, ..config.with_paths_from(&run.started_in(&record))? };
    let config = &data::recognise(config)?.0;
    // What cannot be read as the run's own data may still be new rows.
    let named = config.data.source.parse::<Source>()?;
    if discriminant(&named) == own_kind
        // It can be read only once.
        && named.path() != Some(Path::new(STANDARD_INPUT))
        && let Ok(data) = load_for(run, &record, config, loading)
        && check_same_data(run, &record, &data).is_ok()
    {
        check_has_split(run, &record, split)?;
        return evaluate_loaded(run, config, backend, split, &data).map(Judged::OwnData);
    }
    let device = backend::open(backend)?.device;
    let work = || {
        let predictor = Predictor::load(run.path(), &device)?;
        let NewRows { samples, warnings, notes } = NewRows::read(config, predictor.metadata(), loading)?;
        let mut evaluation = judge(&predictor, &samples, config)?;
        if named.path().is_some_and(|file| is_same_file(file, Path::new(&config.csv.valid))) {
            evaluation.report.set_used_for_selection(record.used_for_selection.clone());
        }
        Ok(Judged::NewRows { evaluation, warnings, notes })
    };
    let failed = |message: String| format!("in the evaluation, {}", backend::device_failed(&message));
    backend::catch_failure(work).unwrap_or_else(|message| Err(Error::Training(failed(message))))
}

/// Evaluates the run's model on those of `splits` that have rows, and saves metrics and
/// predictions.
pub(super) fn evaluate_splits(
    run: &RunDirectory,
    config: &RunConfig,
    data: &Dataset,
    indices: &SplitIndices,
    device: &Device,
    splits: &[Split],
) -> Result<Vec<(Split, Evaluation)>> {
    let work = || {
        let predictor = Predictor::load(run.path(), device)?;
        // A damaged file is replaced.
        let mut reports: BTreeMap<String, EvaluationReport> = run.read_evaluation().ok().flatten().unwrap_or_default();
        let mut evaluations = Vec::new();
        for &split in splits {
            let Some(rows) = split.rows(data, indices) else { continue };
            let mut evaluation = judge(&predictor, &rows, config)?;
            if split == Split::Valid {
                evaluation.report.set_used_for_selection(run.read_record()?.used_for_selection);
            }
            reports.insert(split.name().to_string(), evaluation.report.clone());
            save_predictions(run, split.name(), &evaluation.predictions, &rows, &data.class_names)?;
            evaluations.push((split, evaluation));
        }
        run.write_evaluation(&reports)?;
        Ok(evaluations)
    };
    let failed = |message: String| format!("in the evaluation, {}", backend::device_failed(&message));
    backend::catch_failure(work).unwrap_or_else(|message| Err(Error::Training(failed(message))))
}

/// Saves what a model predicts for `rows` in predictions/.
pub(super) fn save_predictions(
    run: &RunDirectory,
    split: &str,
    predicted: &Predicted,
    rows: &Samples,
    class_names: &[String],
) -> Result<()> {
    match predicted {
        Predicted::Classes(predictions) => {
            run.write_predictions(split, prediction_rows(predictions, rows, class_names))
        }
        Predicted::Numbers(predictions) => run.write_prediction_records(split, &NumberRow::records(predictions, rows)),
    }
}

/// Returns the metrics that run.json has of an evaluation on the test set.
pub(super) fn test_metrics(report: &EvaluationReport) -> TestMetrics {
    TestMetrics { accuracy: report.accuracy(), rmse: report.rmse(), loss: report.loss() }
}

/// Evaluates a model on any rows, without saving anything. `config` says what to report.
///
/// # Errors
/// If the rows do not fit the model, or the device fails.
pub fn judge(predictor: &Predictor, samples: &Samples, config: &RunConfig) -> Result<Evaluation> {
    let start = Instant::now();
    let outputs = predictor.outputs(samples)?;
    let evaluation = judge_outputs(&outputs, samples, predictor.metadata(), config)?;
    Ok(Evaluation { seconds: start.elapsed().as_secs_f64(), ..evaluation })
}

/// Evaluates the outputs `[n, outputs]` that a model has for `samples`.
pub(super) fn judge_outputs(
    outputs: &[f32],
    samples: &Samples,
    metadata: &ModelMetadata,
    config: &RunConfig,
) -> Result<Evaluation> {
    let (report, predictions) = match &metadata.task {
        Task::Classification { class_names } => {
            let predictions = Predictions::from_logits(outputs, samples.labels().to_vec(), class_names.len())?
                .with_threshold(metadata.threshold);
            let mut report = ClassificationReport::new(&predictions, class_names, config.evaluation.top_k)?;
            for mistake in &mut report.worst {
                // A table's rows are found by line and id; their features are not the values of the file.
                mistake.pixels = metadata.table.is_none().then(|| samples.sample(mistake.index).features);
                mistake.origin = samples.origin(mistake.index);
            }
            (report.into(), Predicted::Classes(predictions))
        }
        Task::Regression { targets } => {
            let predictions = NumberPredictions::from_outputs(outputs, samples.numbers(), targets)?;
            let mut report = RegressionReport::new(&predictions, config.training.number_loss());
            report.worst.iter_mut().for_each(|error| error.origin = samples.origin(error.index));
            (report.into(), Predicted::Numbers(predictions))
        }
    };
    Ok(Evaluation { report, predictions, seconds: 0.0 })
}
