//! Tables: those of an evaluation, and how every table is laid out.

use super::colour::dim;
use burn_mlp::evaluation::EvaluationReport;
use burn_mlp::format::{count, loss, percent};
use burn_mlp::text::printable;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

/// Maximum number of classes of a confusion matrix that fits a terminal.
const MAX_MATRIX_CLASSES: usize = 26;

/// "test     accuracy 97.21 %, loss 0.1234, top-5 99.72 %, 359 rows".
pub fn heading(rows: &str, report: &EvaluationReport) -> String {
    format!(
        "{rows:<8} accuracy {}, loss {}, top-{} {}, {} rows",
        percent(report.accuracy),
        loss(report.loss),
        report.top_k.k,
        percent(report.top_k.accuracy),
        count(report.samples)
    )
}

/// Rows are true classes, columns predicted classes. Zeros are shown as dots, so that mistakes
/// stand out.
pub fn confusion_matrix(report: &EvaluationReport) -> String {
    let classes = report.classes.len();
    if classes > MAX_MATRIX_CLASSES {
        return format!("confusion matrix of {classes} classes: see evaluation.json");
    }
    let mut table = plain_table();
    let names = report.classes.iter().map(|class| right(printable(&class.name)));
    table.set_header([Cell::new("true \\ predicted")].into_iter().chain(names));
    for (class, row) in report.classes.iter().zip(report.confusion_matrix.rows()) {
        let counts = row.iter().map(|&rows| right(if rows == 0 { "·".to_string() } else { rows.to_string() }));
        table.add_row([Cell::new(printable(&class.name))].into_iter().chain(counts));
    }
    table.to_string()
}

/// Precision, recall, F1 and support of each class, and their means.
pub fn classes(report: &EvaluationReport) -> String {
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
