//! Tables of an evaluation.

use burn_mlp::evaluation::EvaluationReport;
use burn_mlp::pipeline::Part;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

use super::failure::printable;
use super::format::{count, loss, percent};

/// More classes than this make a matrix that no terminal shows.
const WIDEST_MATRIX: usize = 26;

/// "test     accuracy 97.21 %, loss 0.1234, top-5 99.72 %, 359 rows".
pub fn heading(part: Part, report: &EvaluationReport) -> String {
    format!(
        "{part:<8} accuracy {}, loss {}, top-{} {}, {} rows",
        percent(report.accuracy),
        loss(report.loss),
        report.top_k.k,
        percent(report.top_k.accuracy),
        count(report.samples)
    )
}

/// Rows are true classes, columns predicted ones; zeros are left out so that mistakes stand out.
pub fn confusion_matrix(report: &EvaluationReport) -> String {
    let classes = report.classes.len();
    if classes > WIDEST_MATRIX {
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
    let mut add = |name: &str, figures: [f64; 3], support: String| {
        let figures = figures.map(|figure| right(percent(figure)));
        table.add_row([Cell::new(printable(name))].into_iter().chain(figures).chain([right(support)]));
    };
    for class in &report.classes {
        add(&class.name, [class.precision, class.recall, class.f1], class.support.to_string());
    }
    for (name, mean) in [("macro mean", &report.macro_mean), ("weighted mean", &report.weighted_mean)] {
        add(name, [mean.precision, mean.recall, mean.f1], report.samples.to_string());
    }
    table.to_string()
}

/// A table without lines but one under its header.
pub fn plain_table() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table
}

pub fn right(text: impl ToString) -> Cell {
    Cell::new(text).set_alignment(CellAlignment::Right)
}

/// The last column is of any width, and needs no spaces to fill it.
pub fn trimmed(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_string()).collect::<Vec<_>>().join("\n")
}
