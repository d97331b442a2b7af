//! The page: one view per section, in reading order.

use askama::Template;

use super::annotations::Annotations;
use super::calibration::Calibration;
use super::class_table::ClassTable;
use super::configuration::Configuration;
use super::confusions::Confusions;
use super::epoch_table::EpochTable;
use super::first_layer::{FirstLayer, WeightImages};
use super::fold_table::FoldTable;
use super::importance_table::ImportanceTable;
use super::member_table::MemberTable;
use super::metadata::{self, Property};
use super::number_rows::read_number_rows;
use super::numbers::NumberEvaluation;
use super::png_image::shape_of;
use super::run_data::{Evaluations, RunData};
use super::sanitize::{class_names, describe};
use super::summary::Summary;
use super::training_curves::{CurveFigure, training_curves};
use super::two_class_curves::TwoClassCurves;
use super::worst_mistakes::WorstMistakes;
use crate::Result;
use crate::config::selection_label;
use crate::evaluation::{ClassificationReport, EvaluationReport, Importance};
use crate::format::{count, loss, percent, score};
use crate::run_directory::{OUT_OF_FOLD, RunDirectory, RunRecord, Status};
use burn_mlp_infer::ModelMetadata;

/// Splits and how the page calls them, the most interesting one first.
const SPLITS: [(&str, &str); 4] =
    [(OUT_OF_FOLD, "rows of all folds"), ("test", "test set"), ("valid", "validation set"), ("train", "training set")];

/// The view of a section, or the sentence that says why it is empty.
type Section<T> = std::result::Result<T, String>;

/// The whole page.
#[derive(Template)]
#[template(path = "report/page.html", whitespace = "minimize")]
pub(super) struct Page {
    summary: Summary,
    /// The runs, if the page is of a group.
    folds: Option<FoldTable>,
    /// The members, if the page is of an ensemble.
    members: Option<MemberTable>,
    /// The importance of a table's columns, if it was measured for this model.
    importance: Option<ImportanceTable>,
    /// Whether the page is of one training.
    is_one_training: bool,
    training: Section<Training>,
    evaluation: Section<EvaluationView>,
    weights: Section<WeightImages>,
    configuration: Section<Configuration>,
    data: Vec<Property>,
    environment: Vec<Property>,
    timings: Vec<Property>,
}

struct Training {
    /// Says what the validation rows have chosen.
    selection: Option<String>,
    figures: Vec<CurveFigure>,
    table: EpochTable,
}

/// The view of an evaluation, by the task.
enum EvaluationView {
    Classes(Box<Evaluation>),
    Numbers(NumberEvaluation),
}

struct Evaluation {
    /// One row per split.
    splits: Vec<SplitCells>,
    /// The split that the sections below the table are about.
    subject: &'static str,
    confusions: Confusions,
    classes: ClassTable,
    /// `None` unless there are two classes, and rows of both.
    two_classes: Option<TwoClassCurves>,
    calibration: Calibration,
    mistakes: WorstMistakes,
}

/// The formatted metrics of a split.
pub(super) struct SplitCells {
    pub name: String,
    pub cells: Vec<String>,
}

impl Page {
    /// Reads what belongs to `record` from `run`.
    ///
    /// # Errors
    /// If an image cannot be encoded.
    pub fn new(run: &RunDirectory, record: RunRecord) -> Result<Self> {
        let folds = record.group.as_ref().map(|group| FoldTable::read(run, &group.runs));
        let members = record.ensemble.as_ref().map(|ensemble| MemberTable::new(run, ensemble, &record));
        let is_one_training = folds.is_none() && members.is_none();
        let weights = match is_one_training {
            false => Err("Each run has a model of its own.".to_string()),
            true => weights(FirstLayer::read(run, &record), &record)?,
        };
        let directory = run;
        let importance = importance(directory);
        let run = RunData::read(run, record);
        let configuration = run.config.as_ref().map_err(describe);
        Ok(Self {
            summary: Summary::new(&run, folds.as_ref()),
            folds,
            members,
            importance,
            is_one_training,
            training: training(&run),
            evaluation: evaluation(directory, &run)?,
            weights,
            configuration: configuration
                .and_then(|config| match run.record.ensemble {
                    Some(_) => Err("Each member has settings of its own; its report shows them.".to_string()),
                    None => Ok(config),
                })
                .and_then(|config| Configuration::new(config).map_err(|error| describe(&error))),
            data: metadata::data(&run.record),
            environment: metadata::environment(&run.record),
            timings: metadata::timings(&run.record, run.history.as_deref().unwrap_or_default()),
        })
    }
}

/// The importance that was measured for the run's model; none for another one's.
fn importance(run: &RunDirectory) -> Option<ImportanceTable> {
    let importance: Importance = run.read_importance().ok()??;
    let metadata = ModelMetadata::of_file(&run.read_model().ok()?).ok()?;
    (metadata.tensors_sha256 == importance.tensors_sha256).then(|| ImportanceTable::new(&importance))
}

fn training(run: &RunData) -> Section<Training> {
    let history = run.history.as_ref().map_err(describe)?;
    if history.is_empty() {
        return Err("No epoch is done yet.".into());
    }
    let (annotations, targets) = (Annotations::new(run, history), run.record.data.target_names.len());
    Ok(Training {
        selection: selection_label(&run.record.used_for_selection),
        figures: training_curves(history, &annotations, targets),
        table: EpochTable::new(history, &annotations, targets),
    })
}

fn evaluation(directory: &RunDirectory, run: &RunData) -> Result<Section<EvaluationView>> {
    let evaluations = match &run.evaluations {
        Ok(evaluations) => evaluations,
        Err(problem) => return Ok(Err(describe(problem))),
    };
    let subject = SPLITS.into_iter().find_map(|(split, name)| Some((split, name, evaluations.get(split)?)));
    match subject {
        Some((split, name, EvaluationReport::Classification(report))) => {
            let name = name_of(split, name, run);
            Ok(Ok(EvaluationView::Classes(Box::new(Evaluation::new(run, evaluations, name, report)?))))
        }
        Some((split, name, EvaluationReport::Regression(report))) => {
            let evaluated = SPLITS.into_iter().filter_map(|(split, name)| {
                let evaluated = evaluations.get(split)?;
                Some((labelled(name_of(split, name, run), evaluated), evaluated.regression()?))
            });
            let rows = read_number_rows(directory, split, report).map_err(|problem| describe(&problem));
            Ok(Ok(EvaluationView::Numbers(NumberEvaluation::new(evaluated, name, report, rows))))
        }
        None => Ok(Err(why_not_evaluated(&run.record).into())),
    }
}

/// How the page calls a split.
fn name_of(split: &str, name: &'static str, run: &RunData) -> &'static str {
    let holds_out = run.config.as_ref().is_ok_and(|config| config.split.fold > 0);
    if split == "test" && holds_out { "held-out fold" } else { name }
}

/// The name of a split with what its rows have chosen: "validation set, used for selection (epoch)".
fn labelled(name: &str, report: &EvaluationReport) -> String {
    [name.to_string()].into_iter().chain(selection_label(report.used_for_selection())).collect::<Vec<_>>().join(", ")
}

fn why_not_evaluated(record: &RunRecord) -> &'static str {
    let data = &record.data;
    match record.status {
        Status::Finished | Status::StoppedEarly if data.test_rows == 0 && data.valid_rows == 0 => {
            "There is neither a test set nor a validation set; `burn-mlp evaluate --split train` evaluates the model on its training rows."
        }
        Status::Finished | Status::StoppedEarly => "The run has not been evaluated yet; `burn-mlp evaluate` does that.",
        _ => "A run is evaluated when its training ends; `burn-mlp --resume` continues it.",
    }
}

impl Evaluation {
    fn new(
        run: &RunData,
        evaluations: &Evaluations,
        subject: &'static str,
        report: &ClassificationReport,
    ) -> Result<Self> {
        let names: Vec<String> = report.classes.iter().map(|class| class.name.clone()).collect();
        let names = class_names(&names);
        let evaluated = SPLITS.into_iter().filter_map(|(split, name)| {
            let evaluated = evaluations.get(split)?;
            Some((labelled(name_of(split, name, run), evaluated), evaluated.classification()?))
        });
        Ok(Self {
            splits: evaluated.map(|(name, report)| SplitCells::new(name, report)).collect(),
            subject,
            confusions: Confusions::new(report, &names),
            classes: ClassTable::new(report, &names),
            two_classes: TwoClassCurves::new(report, &names),
            calibration: Calibration::new(report),
            mistakes: WorstMistakes::new(report, &names, shape_of(&run.record.data))?,
        })
    }
}

impl SplitCells {
    fn new(name: String, report: &ClassificationReport) -> Self {
        let cells = vec![
            percent(report.accuracy),
            loss(report.loss),
            format!("{} (k = {})", percent(report.top_k.accuracy), report.top_k.k),
            percent(report.macro_mean.f1),
            percent(report.balanced_accuracy),
            score(report.mcc),
            report.roc_auc.map_or("–".to_string(), score),
            percent(report.reliability.expected_calibration_error),
            count(report.samples),
        ];
        Self { name, cells }
    }
}

fn weights(layer: Result<Option<FirstLayer>>, record: &RunRecord) -> Result<Section<WeightImages>> {
    let layer = match layer {
        Ok(Some(layer)) => layer,
        Ok(None) => return Ok(Err("There is no model yet.".into())),
        Err(problem) => return Ok(Err(describe(&problem))),
    };
    let names = class_names(&record.data.class_names);
    let images = WeightImages::new(&layer, shape_of(&record.data), &names)?;
    Ok(images.ok_or_else(|| {
        "The rows are not images, so the weights are not shown as images; `burn-mlp inspect` prints their statistics."
            .to_string()
    }))
}
