//! The page: a view for each section, in the order in which a person reads them.

use askama::Template;

use super::calibration::Calibration;
use super::class_table::ClassTable;
use super::confusions::Confusions;
use super::curves::{Curves, curves};
use super::epoch_table::EpochTable;
use super::facts::{self, Fact};
use super::first_layer::WeightPictures;
use super::marks::Marks;
use super::mistakes::Mistakes;
use super::picture::shape_of;
use super::reading::{Evaluations, Reading};
use super::settings::Settings;
use super::summary::Summary;
use super::text::{class_names, told};
use crate::Result;
use crate::evaluation::EvaluationReport;
use crate::format::{count, loss, percent};
use crate::run_directory::Status;

/// Splits by how much a person wants to see them.
const SPLITS: [(&str, &str); 3] = [("test", "test set"), ("valid", "validation part"), ("train", "training part")];

/// The whole page. A section that has nothing to show is a sentence that says why.
#[derive(Template)]
#[template(path = "report/page.html", whitespace = "minimize")]
pub(super) struct Page {
    summary: Summary,
    training: std::result::Result<Training, String>,
    evaluation: std::result::Result<Evaluation, String>,
    weights: std::result::Result<WeightPictures, String>,
    settings: std::result::Result<Settings, String>,
    data: Vec<Fact>,
    environment: Vec<Fact>,
    timings: Vec<Fact>,
}

/// How the epochs went.
struct Training {
    curves: Vec<Curves>,
    table: EpochTable,
}

/// How good the model is.
struct Evaluation {
    /// One line per split.
    splits: Vec<SplitCells>,
    /// The split that the rest is about.
    subject: &'static str,
    confusions: Confusions,
    classes: ClassTable,
    calibration: Calibration,
    mistakes: Mistakes,
}

/// One split's figures, in words.
struct SplitCells {
    name: String,
    cells: Vec<String>,
}

impl Page {
    pub fn new(reading: &Reading) -> Result<Self> {
        let record = &reading.record;
        let history = reading.history.as_deref().unwrap_or_default();
        Ok(Self {
            summary: Summary::new(reading),
            training: training(reading)?,
            evaluation: evaluation(reading)?,
            weights: weights(reading)?,
            settings: reading
                .config
                .as_ref()
                .map_err(told)
                .and_then(|config| Settings::new(config).map_err(|error| told(&error))),
            data: facts::data(&record.data),
            environment: facts::environment(record),
            timings: facts::timings(record, history),
        })
    }
}

fn training(reading: &Reading) -> Result<std::result::Result<Training, String>> {
    let history = match &reading.history {
        Ok(history) if history.is_empty() => return Ok(Err("No epoch is done yet.".into())),
        Ok(history) => history,
        Err(problem) => return Ok(Err(told(problem))),
    };
    let marks = Marks::new(reading, history);
    Ok(Ok(Training { curves: curves(history, &marks)?, table: EpochTable::new(history, &marks) }))
}

fn evaluation(reading: &Reading) -> Result<std::result::Result<Evaluation, String>> {
    let evaluations = match &reading.evaluations {
        Ok(evaluations) => evaluations,
        Err(problem) => return Ok(Err(told(problem))),
    };
    let subject = SPLITS.into_iter().find_map(|(split, name)| Some((name, evaluations.get(split)?)));
    match subject {
        Some((name, report)) => Ok(Ok(Evaluation::new(reading, evaluations, name, report)?)),
        None => Ok(Err(without_evaluation(reading).into())),
    }
}

fn without_evaluation(reading: &Reading) -> &'static str {
    let data = &reading.record.data;
    match reading.record.status {
        Status::Finished | Status::StoppedEarly if data.test_rows == 0 && data.valid_rows == 0 => {
            "There is neither a test set nor a validation part; `burn-mlp evaluate --split train` measures the model on the rows that it was trained on."
        }
        Status::Finished | Status::StoppedEarly => "Nothing was evaluated; `burn-mlp evaluate` does it.",
        _ => "A run is evaluated when its training ends; `burn-mlp --resume` goes on with it.",
    }
}

impl Evaluation {
    fn new(
        reading: &Reading,
        evaluations: &Evaluations,
        subject: &'static str,
        report: &EvaluationReport,
    ) -> Result<Self> {
        let names: Vec<String> = report.classes.iter().map(|class| class.name.clone()).collect();
        let names = class_names(&names);
        let in_order = SPLITS.into_iter().filter_map(|(split, name)| Some((name, evaluations.get(split)?)));
        Ok(Self {
            splits: in_order.map(|(name, report)| SplitCells::new(name, report)).collect(),
            subject,
            confusions: Confusions::new(report, &names),
            classes: ClassTable::new(report, &names),
            calibration: Calibration::new(report)?,
            mistakes: Mistakes::new(report, &names, shape_of(&reading.record.data))?,
        })
    }
}

impl SplitCells {
    fn new(name: &str, report: &EvaluationReport) -> Self {
        Self {
            name: name.to_string(),
            cells: vec![
                percent(report.accuracy),
                loss(report.loss),
                format!("{} (k = {})", percent(report.top_k.accuracy), report.top_k.k),
                percent(report.macro_mean.f1),
                percent(report.reliability.expected_calibration_error),
                count(report.samples),
            ],
        }
    }
}

fn weights(reading: &Reading) -> Result<std::result::Result<WeightPictures, String>> {
    let layer = match &reading.first_layer {
        Ok(Some(layer)) => layer,
        Ok(None) => return Ok(Err("There is no model yet.".into())),
        Err(problem) => return Ok(Err(told(problem))),
    };
    let data = &reading.record.data;
    let pictures = WeightPictures::new(layer, shape_of(data), &class_names(&data.class_names))?;
    let not_images =
        "The rows of this data are not images, so the weights have no picture; `burn-mlp inspect` has their figures.";
    Ok(pictures.ok_or_else(|| not_images.to_string()))
}
