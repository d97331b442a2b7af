//! The predictions of all rows of a cross-validation, each by the run that held it out.

use csv::StringRecord;

use super::FoldRun;
use crate::config::RunConfig;
use crate::error::{Error, Result};
use crate::evaluation::{
    ClassificationReport, EvaluationReport, Mistake, NumberError, NumberPredictions, Predictions, RegressionReport,
};
use crate::pipeline::{Evaluation, Predicted, Split};

/// The evaluation of one run's fold, with the rows of its predictions/test.csv.
pub(super) struct FoldEvaluation {
    name: String,
    class_names: Vec<String>,
    evaluation: Evaluation,
    header: StringRecord,
    rows: Vec<StringRecord>,
}

impl FoldEvaluation {
    pub fn new(run: &FoldRun, evaluation: Evaluation) -> Result<Self> {
        let (header, rows) = run.run.read_prediction_records(Split::Test.name())?.unwrap_or_default();
        if rows.len() != evaluation.report.samples() {
            let problem = "has other predictions of its fold than it was evaluated by; resume the group";
            return Err(Error::run(run.run.path(), problem));
        }
        let class_names = run.record.data.class_names.clone();
        Ok(Self { name: run.planned.name.clone(), class_names, evaluation, header, rows })
    }
}

/// The metrics of all rows, and the records of predictions/out-of-fold.csv, the first of which names the columns.
pub(super) struct OutOfFold {
    pub report: EvaluationReport,
    pub records: Vec<Vec<String>>,
}

impl OutOfFold {
    pub fn new(parts: Vec<FoldEvaluation>, config: &RunConfig) -> Result<Self> {
        let records = records(&parts);
        let (mut classes, mut numbers) = (Vec::new(), Vec::new());
        for part in &parts {
            match &part.evaluation.predictions {
                Predicted::Classes(predictions) => classes.push(predictions.clone()),
                Predicted::Numbers(predictions) => numbers.push(predictions.clone()),
            }
        }
        let report = match (classes.is_empty(), parts.first()) {
            (false, Some(first)) => {
                let pooled = Predictions::pooled(&classes)?;
                let mut report = ClassificationReport::new(&pooled, &first.class_names, config.evaluation.top_k)?;
                report.worst.iter_mut().for_each(|mistake| describe_mistake(mistake, &parts));
                report.into()
            }
            _ => {
                let pooled = NumberPredictions::pooled(&numbers)?;
                let mut report = RegressionReport::new(&pooled, config.training.number_loss());
                report.worst.iter_mut().for_each(|error| describe_error(error, &parts));
                report.into()
            }
        };
        Ok(Self { report, records })
    }
}

/// Returns the part with the row at `index` of all rows, and the row's index in it.
fn part_of(mut index: usize, parts: &[FoldEvaluation]) -> Option<(&FoldEvaluation, usize)> {
    for part in parts {
        match index.checked_sub(part.rows.len()) {
            Some(rest) => index = rest,
            None => return Some((part, index)),
        }
    }
    None
}

/// Copies where the row is from, and its image, from the report of its fold, where it is among the worst as well.
fn describe_mistake(mistake: &mut Mistake, parts: &[FoldEvaluation]) {
    let found = part_of(mistake.index, parts).and_then(|(part, index)| {
        part.evaluation.report.classification()?.worst.iter().find(|mistake| mistake.index == index)
    });
    if let Some(same) = found {
        (mistake.pixels, mistake.origin) = (same.pixels.clone(), same.origin.clone());
    }
}

fn describe_error(error: &mut NumberError, parts: &[FoldEvaluation]) {
    let found = part_of(error.index, parts)
        .and_then(|(part, index)| part.evaluation.report.regression()?.worst.iter().find(|error| error.index == index));
    if let Some(same) = found {
        error.origin = same.origin.clone();
    }
}

/// The rows of all runs, with the run's name after the index, and the probability of each class at the end.
fn records(parts: &[FoldEvaluation]) -> Vec<Vec<String>> {
    let Some(first) = parts.first() else { return Vec::new() };
    let classes: &[String] = match &first.evaluation.predictions {
        Predicted::Classes(_) => &first.class_names,
        Predicted::Numbers(_) => &[],
    };
    let own = |record: &StringRecord| record.iter().skip(1).map(String::from).collect::<Vec<_>>();
    let mut header = vec!["index".to_string(), "run".to_string()];
    header.extend(own(&first.header));
    header.extend(classes.iter().map(|class| format!("probability {class}")));
    let mut records = vec![header];
    for part in parts {
        for (row, record) in part.rows.iter().enumerate() {
            let mut fields = vec![(records.len() - 1).to_string(), part.name.clone()];
            fields.extend(own(record));
            if let Predicted::Classes(predictions) = &part.evaluation.predictions {
                fields.extend(predictions.probabilities(row).iter().map(f32::to_string));
            }
            records.push(fields);
        }
    }
    records
}
