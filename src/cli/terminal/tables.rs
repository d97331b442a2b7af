//! Tables: those of an evaluation, and how every table is laid out.

use super::colour::dim;
use burn_mlp::config::selection_label;
use burn_mlp::evaluation::{ClassificationReport, ConfusionMatrix, EvaluationReport, RegressionReport, TargetMetrics};
use burn_mlp::format::{count, loss, metric_name, number, percent};
use burn_mlp::text::printable;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

/// Maximum number of classes of a confusion matrix that fits a terminal.
const MAX_MATRIX_CLASSES: usize = 26;

/// "valid    accuracy 97.21 %, loss 0.1234, top-5 99.72 %, 359 rows, used for selection (epoch)".
pub fn heading(rows: &str, report: &EvaluationReport) -> String {
    let selected = selection_label(report.used_for_selection()).map(|label| format!(", {label}")).unwrap_or_default();
    let (loss, samples) = (loss(report.loss()), count(report.samples()));
    match report {
        EvaluationReport::Classification(report) => {
            let (accuracy, top_k) = (percent(report.accuracy), percent(report.top_k.accuracy));
            format!(
                "{rows:<8} accuracy {accuracy}, loss {loss}, top-{} {top_k}, {samples} rows{selected}",
                report.top_k.k
            )
        }
        EvaluationReport::Regression(report) => {
            let r2 = match &report.targets[..] {
                [TargetMetrics { r2: Some(r2), .. }] => format!("R2 {r2:.4}, "),
                _ => String::new(),
            };
            let quantile = match &report.targets[..] {
                [TargetMetrics { predicted_quantile: Some(quantile), .. }] => format!(
                    "pinball loss {}, coverage {} for the quantile {}, ",
                    number(quantile.pinball_loss),
                    percent(quantile.coverage),
                    quantile.quantile
                ),
                _ => String::new(),
            };
            let rmse = format!("{} {}", metric_name("RMSE", report.targets.len()), number(report.rmse()));
            format!("{rows:<8} {quantile}{rmse}, {r2}loss {loss}, {samples} rows{selected}")
        }
    }
}

/// The details of an evaluation: scores, confusions and classes, or the errors of each target.
pub fn details(report: &EvaluationReport) -> Vec<String> {
    match report {
        EvaluationReport::Classification(report) => class_details(report),
        EvaluationReport::Regression(report) => vec![targets(report)],
    }
}

fn class_details(report: &ClassificationReport) -> Vec<String> {
    let mut details = vec![report.scores().join("\n")];
    if let (Some(decision), [_, positive]) = (report.decision(), &report.classes[..]) {
        details.push(format!("{} {decision}:", printable(&positive.name)));
    }
    details.push(confusion_matrix(report, &report.confusion_matrix));
    if let Some(matrix) = &report.most_probable {
        details.push(format!("the most probable class instead, accuracy {}:", percent(matrix.accuracy())));
        details.push(confusion_matrix(report, matrix));
    }
    details.push(classes(report));
    details
}

/// The metrics of each target, in its own unit.
fn targets(report: &RegressionReport) -> String {
    let mut table = plain_table();
    let quantile = report.targets.iter().find_map(|target| target.predicted_quantile);
    let of_quantile =
        quantile.map(|it| ["pinball loss".to_string(), format!("coverage for {}", it.quantile)].map(right));
    let names = ["RMSE", "MAE", "median error", "R2", "MAPE", "bias"].map(right);
    table.set_header([Cell::new("target")].into_iter().chain(of_quantile.into_iter().flatten()).chain(names));
    for target in &report.targets {
        let r2 = target.r2.map_or("-".to_string(), |r2| format!("{r2:.4}"));
        let mape = target.mape.map_or("-".to_string(), percent);
        let cells =
            [number(target.rmse), number(target.mae), number(target.median_error), r2, mape, number(target.bias)];
        let of_quantile =
            target.predicted_quantile.map(|it| [number(it.pinball_loss), percent(it.coverage)].map(right));
        let name = Cell::new(printable(&target.name));
        table.add_row([name].into_iter().chain(of_quantile.into_iter().flatten()).chain(cells.map(right)));
    }
    table.to_string()
}

/// Rows are true classes, columns predicted classes. Zeros are shown as dots, so that mistakes
/// stand out.
fn confusion_matrix(report: &ClassificationReport, matrix: &ConfusionMatrix) -> String {
    let classes = report.classes.len();
    if classes > MAX_MATRIX_CLASSES {
        return format!("confusion matrix of {classes} classes: see evaluation.json");
    }
    let mut table = plain_table();
    let names = report.classes.iter().map(|class| right(printable(&class.name)));
    table.set_header([Cell::new("true \\ predicted")].into_iter().chain(names));
    for (class, row) in report.classes.iter().zip(matrix.rows()) {
        let counts = row.iter().map(|&rows| right(if rows == 0 { "·".to_string() } else { rows.to_string() }));
        table.add_row([Cell::new(printable(&class.name))].into_iter().chain(counts));
    }
    table.to_string()
}

/// Precision, recall, F1 and support of each class, and their means.
fn classes(report: &ClassificationReport) -> String {
    let mut table = plain_table();
    table.set_header([Cell::new("class"), right("precision"), right("recall"), right("F1"), right("support")]);
    let mut add = |name: &str, metrics: [f64; 3], support: String| {
        let metrics = metrics.map(|metric| right(percent(metric)));
        table.add_row([Cell::new(printable(name))].into_iter().chain(metrics).chain([right(support)]));
    };
    for class in &report.classes {
        add(&class.name, [class.precision, class.recall, class.f1], class.support.to_string());
    }
    for (name, mean) in [("macro mean", &report.macro_mean), ("weighted mean", &report.weighted_mean)] {
        add(name, [mean.precision, mean.recall, mean.f1], report.samples.to_string());
    }
    match report.absent_note() {
        Some(note) => format!("{table}\n{}", dim(note)),
        None => table.to_string(),
    }
}

/// "1 member", "5 members".
pub fn members(count: usize) -> String {
    format!("{count} member{}", if count == 1 { "" } else { "s" })
}

/// A table without borders.
pub fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table
}

/// A right-aligned cell.
pub fn right(text: impl ToString) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

/// The table without trailing spaces.
pub fn trimmed(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_string()).collect::<Vec<_>>().join("\n")
}
