//! Slide 11: metrics of rows that the training has not seen.

use super::super::content::{Block, Cell, Slide, Table};
use super::super::trainings::Training;
use super::optional;
use crate::evaluation::{ClassificationReport, EvaluationReport, RegressionReport};
use crate::format::{count, number, percent, score};
use crate::pipeline::Split;
use crate::text::printable;

/// Maximum number of classes of a confusion matrix that is shown.
const MAX_MATRIX_CLASSES: usize = 20;

/// Maximum number of classes whose metrics are listed.
const MAX_CLASSES: usize = 40;

pub(super) fn slide(training: &Training) -> Slide {
    let slide = Slide::new(11, "Network Performance Evaluation").code(&[
        "accuracy = np.mean(pred_classes == true_classes)",
        "conf_matrix[true, pred] += 1",
        "class_precision = np.diag(conf_matrix) / np.sum(conf_matrix, axis=0)",
        "class_recall = np.diag(conf_matrix) / np.sum(conf_matrix, axis=1)",
    ]);
    match &training.evaluation {
        None => {
            slide.text("There is neither a test set nor a validation set, so nothing can be measured on unseen rows.")
        }
        Some((split, EvaluationReport::Classification(report))) => classes(slide, *split, report),
        Some((split, EvaluationReport::Regression(report))) => numbers(slide, *split, report),
    }
}

fn rows(split: Split, count_of: usize) -> String {
    let rows = count(count_of);
    match split {
        Split::Test => format!("the {rows} test rows"),
        _ => format!("the {rows} validation rows, which have also chosen the best epoch"),
    }
}

fn classes(slide: Slide, split: Split, report: &ClassificationReport) -> Slide {
    let correct: u64 = (0..report.confusion_matrix.classes()).map(|class| report.confusion_matrix.correct(class)).sum();
    let mut slide = slide.text(format!(
        "On {}: {correct} are right, so the accuracy is {correct} / {} = {}. A row of the confusion matrix is a true class, a \
         column a predicted one; precision divides the diagonal by the sum of its column, recall by that of its row.",
        rows(split, report.samples),
        report.samples,
        percent(report.accuracy)
    ));
    if report.classes.len() <= MAX_MATRIX_CLASSES {
        slide = slide.with(Block::Table(matrix(report)));
    } else {
        slide = slide.text(format!("A confusion matrix of {} classes is too wide to show.", report.classes.len()));
    }
    let mut table = Table::new("Metrics of each class", &["class", "precision", "recall", "F1", "rows"]);
    for class in report.classes.iter().take(MAX_CLASSES) {
        let metrics = [class.precision, class.recall, class.f1].map(|metric| Cell::number(metric, percent));
        let row = [Cell::from(printable(&class.name))].into_iter().chain(metrics);
        table.rows.push(row.chain([Cell::count(class.support as usize)]).collect());
    }
    slide.with(Block::Table(table))
}

fn matrix(report: &ClassificationReport) -> Table {
    let names: Vec<String> = report.classes.iter().map(|class| printable(&class.name)).collect();
    let columns: Vec<&str> = ["true \\ predicted"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let mut table = Table { is_confusion_matrix: true, ..Table::new("Confusion matrix", &columns) };
    for (name, row) in names.iter().zip(report.confusion_matrix.rows()) {
        let cell = |&rows: &u64| Cell::Number {
            value: rows as f64,
            shown: if rows == 0 { "·".to_string() } else { rows.to_string() },
        };
        table.rows.push([Cell::from(name.clone())].into_iter().chain(row.iter().map(cell)).collect());
    }
    table
}

fn numbers(slide: Slide, split: Split, report: &RegressionReport) -> Slide {
    let mut table = Table::new("Metrics of each target, in its own unit", &["target", "RMSE", "MAE", "R2"]);
    for target in &report.targets {
        table.rows.push(vec![
            printable(&target.name).into(),
            Cell::number(target.rmse, number),
            Cell::number(target.mae, number),
            optional(target.r2, score),
        ]);
    }
    slide
        .text(format!(
            "The slide's metrics are for classes. Numbers have no confusion matrix, no precision and no recall; on {} their errors are measured \
             instead. RMSE is the root of the mean squared error, MAE the mean absolute error, and R2 the share of the \
             variance that is explained: 1 is perfect, 0 no better than the mean.",
            rows(split, report.samples)
        ))
        .with(Block::Table(table))
}
