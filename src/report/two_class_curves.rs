//! The ROC and the precision-recall curve of two classes.

use super::chart::{Axis, Chart, SeriesStyle, thin};
use crate::evaluation::{ClassificationReport, CurvePoint, TwoClassMetrics};
use crate::format::{percent, score};

/// Tooltips of a chart; more would be too narrow to point at.
const MAX_TOOLTIPS: usize = 100;

/// The view of the section.
pub(super) struct TwoClassCurves {
    /// Name of the positive class.
    pub positive: String,
    /// "ROC AUC 0.9876, average precision 0.9765 and Brier score 0.0432".
    pub scores: String,
    pub figures: [CurveFigure; 2],
}

/// One chart.
pub(super) struct CurveFigure {
    pub id: &'static str,
    pub title: &'static str,
    pub chart: Chart,
    pub legend: [(SeriesStyle, String); 2],
}

impl TwoClassCurves {
    /// Returns `None` unless there are two classes, and rows of both.
    pub fn new(report: &ClassificationReport, names: &[String]) -> Option<Self> {
        let two = report.two_classes.as_ref()?;
        let (auc, average) = (report.roc_auc?, two.average_precision?);
        let positive = report.classes.get(TwoClassMetrics::POSITIVE)?.support as f64 / report.samples.max(1) as f64;
        if two.curve.is_empty() {
            return None;
        }
        Some(Self {
            positive: names.get(TwoClassMetrics::POSITIVE)?.clone(),
            scores: format!(
                "ROC AUC {}, average precision {} and Brier score {}",
                score(auc),
                score(average),
                score(two.brier)
            ),
            figures: [roc(&two.curve, auc), precision_recall(&two.curve, average, positive)],
        })
    }
}

fn roc(curve: &[CurvePoint], auc: f64) -> CurveFigure {
    let area = format!("area {}", score(auc));
    let description = format!("ROC curve: true positive rate by false positive rate; {area}.");
    let mut chart = Chart::new(Axis::zero_to_one(), Axis::zero_to_one(), "false positive rate", description);
    chart.add_line(SeriesStyle::CHANCE, &[(0.0, 0.0), (1.0, 1.0)]);
    let points = curve.iter().map(|point| (point.false_positive_rate, point.recall));
    chart.add_line(SeriesStyle::ROC, &std::iter::once((0.0, 0.0)).chain(points).collect::<Vec<_>>());
    add_tooltips(&mut chart, curve, |point| point.false_positive_rate);
    CurveFigure {
        id: "roc",
        title: "ROC",
        chart,
        legend: [
            (SeriesStyle::ROC, format!("true positive rate, {area}")),
            (SeriesStyle::CHANCE, "chance".to_string()),
        ],
    }
}

/// `positive` is the fraction of positive rows.
fn precision_recall(curve: &[CurvePoint], average: f64, positive: f64) -> CurveFigure {
    let area = format!("average precision {}", score(average));
    let description = format!("Precision-recall curve: precision by recall; {area}.");
    let mut chart = Chart::new(Axis::zero_to_one(), Axis::zero_to_one(), "recall", description);
    chart.add_line(SeriesStyle::CHANCE, &[(0.0, positive), (1.0, positive)]);
    chart.add_line(SeriesStyle::PRECISION, &steps(curve));
    add_tooltips(&mut chart, curve, |point| point.recall);
    CurveFigure {
        id: "precision-recall",
        title: "Precision and recall",
        chart,
        legend: [
            (SeriesStyle::PRECISION, format!("precision, {area}")),
            (SeriesStyle::CHANCE, format!("chance, {}", percent(positive))),
        ],
    }
}

/// The area below is the average precision: each threshold's precision holds for the recall that it adds.
fn steps(curve: &[CurvePoint]) -> Vec<(f64, f64)> {
    let before = std::iter::once(0.0).chain(curve.iter().map(|point| point.recall));
    before.zip(curve).flat_map(|(before, point)| [(before, point.precision), (point.recall, point.precision)]).collect()
}

/// Adds a tooltip for each part of the horizontal axis; where the curve is vertical, that of its last point.
fn add_tooltips(chart: &mut Chart, curve: &[CurvePoint], x: fn(&CurvePoint) -> f64) {
    let mut columns: Vec<CurvePoint> = Vec::new();
    for point in curve {
        match columns.last_mut() {
            Some(last) if x(last) == x(point) => *last = *point,
            _ => columns.push(*point),
        }
    }
    let columns: Vec<CurvePoint> = thin(&columns, MAX_TOOLTIPS, |_| false).copied().collect();
    let middle = |index: usize| (x(&columns[index]) + x(&columns[index + 1])) / 2.0;
    for (index, point) in columns.iter().enumerate() {
        let from = index.checked_sub(1).map_or(0.0, middle);
        let to = if index + 1 < columns.len() { middle(index) } else { 1.0 };
        chart.add_tooltip(from, to, tooltip(point));
    }
}

fn tooltip(point: &CurvePoint) -> Vec<String> {
    vec![
        format!("threshold {}", score(f64::from(point.threshold))),
        format!("recall {}", percent(point.recall)),
        format!("false positive rate {}", percent(point.false_positive_rate)),
        format!("precision {}", percent(point.precision)),
    ]
}
