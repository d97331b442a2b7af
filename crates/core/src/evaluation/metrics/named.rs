//! The metrics of a report by name, for means over runs.

use serde::{Deserialize, Serialize};

use crate::evaluation::{ClassificationReport, EvaluationReport, PredictedQuantile, RegressionReport, Spread};
use crate::format::{loss, number, percent, score};

/// A metric of one evaluation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NamedMetric {
    /// As shown: "macro F1", "RMSE of width".
    pub name: String,
    pub value: f64,
    pub unit: MetricUnit,
    /// `None` if neither higher nor lower is better.
    pub higher_is_better: Option<bool>,
}

/// How to write a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MetricUnit {
    /// A fraction, shown in percent.
    Share,
    /// A score without a unit.
    Score,
    /// A loss.
    Loss,
    /// A number in a target's own unit.
    Number,
}

impl MetricUnit {
    /// Formats a value: "97.21 %".
    pub fn text(self, value: f64) -> String {
        match self {
            Self::Share => percent(value),
            Self::Score => score(value),
            Self::Loss => loss(value),
            Self::Number => number(value),
        }
    }

    /// Formats a mean with its deviation: "97.21 ± 0.40 %".
    pub fn spread_text(self, spread: &Spread) -> String {
        match spread.deviation {
            // The unit is said once.
            Some(deviation) => format!("{} ± {}", self.text(spread.mean).trim_end_matches(" %"), self.text(deviation)),
            None => self.text(spread.mean),
        }
    }
}

/// A metric over several evaluations.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetricSpread {
    pub name: String,
    pub unit: MetricUnit,
    pub higher_is_better: Option<bool>,
    /// The value of each evaluation; `None` where it is not defined.
    pub values: Vec<Option<f64>>,
    pub spread: Spread,
}

impl MetricSpread {
    /// Returns the metrics of `reports`, in the order of the first that has them.
    pub fn of(reports: &[&EvaluationReport]) -> Vec<Self> {
        let metrics: Vec<Vec<NamedMetric>> = reports.iter().map(|report| report.metrics()).collect();
        let mut named: Vec<&NamedMetric> = Vec::new();
        for metric in metrics.iter().flatten() {
            if named.iter().all(|known| known.name != metric.name) {
                named.push(metric);
            }
        }
        let spread = |metric: &NamedMetric| {
            let value = |of: &Vec<NamedMetric>| Some(of.iter().find(|other| other.name == metric.name)?.value);
            let values: Vec<Option<f64>> = metrics.iter().map(value).collect();
            let defined: Vec<f64> = values.iter().copied().flatten().collect();
            let NamedMetric { name, unit, higher_is_better, .. } = metric.clone();
            Some(Self { name, unit, higher_is_better, values, spread: Spread::of(&defined)? })
        };
        named.into_iter().filter_map(spread).collect()
    }
}

impl EvaluationReport {
    /// Returns the metrics in the order in which they are shown; those that are not defined are left out.
    pub fn metrics(&self) -> Vec<NamedMetric> {
        match self {
            Self::Classification(report) => of_classes(report),
            Self::Regression(report) => of_numbers(report),
        }
    }
}

fn metric(name: impl Into<String>, value: f64, unit: MetricUnit) -> NamedMetric {
    NamedMetric { name: name.into(), value, unit, higher_is_better: Some(true) }
}

fn error(name: impl Into<String>, value: f64, unit: MetricUnit) -> NamedMetric {
    NamedMetric { higher_is_better: Some(false), ..metric(name, value, unit) }
}

fn of_classes(report: &ClassificationReport) -> Vec<NamedMetric> {
    use MetricUnit::{Loss, Score, Share};
    let two = report.two_classes.as_ref();
    let mut metrics = vec![metric("accuracy", report.accuracy, Share), error("loss", report.loss, Loss)];
    if report.top_k.k > 1 && report.top_k.k < report.classes.len() {
        metrics.push(metric(format!("top-{} accuracy", report.top_k.k), report.top_k.accuracy, Share));
    }
    metrics.push(metric("balanced accuracy", report.balanced_accuracy, Share));
    metrics.push(metric("macro F1", report.macro_mean.f1, Share));
    metrics.push(metric("MCC", report.mcc, Score));
    metrics.extend(report.roc_auc.map(|auc| metric("ROC AUC", auc, Score)));
    metrics.extend(two.and_then(|two| two.average_precision).map(|value| metric("average precision", value, Score)));
    metrics.extend(two.map(|two| error("Brier score", two.brier, Score)));
    metrics
}

fn of_numbers(report: &RegressionReport) -> Vec<NamedMetric> {
    use MetricUnit::{Loss, Number, Score, Share};
    let mut metrics = vec![error("loss", report.loss, Loss)];
    for target in &report.targets {
        let name = |metric: &str| match report.targets.len() {
            1 => metric.to_string(),
            _ => format!("{metric} of {}", target.name),
        };
        if let Some(PredictedQuantile { pinball_loss, coverage, .. }) = target.predicted_quantile {
            metrics.push(error(name("pinball loss"), pinball_loss, Number));
            metrics.push(NamedMetric { higher_is_better: None, ..metric(name("coverage"), coverage, Share) });
        }
        metrics.push(error(name("RMSE"), target.rmse, Number));
        metrics.push(error(name("MAE"), target.mae, Number));
        metrics.push(error(name("median error"), target.median_error, Number));
        metrics.extend(target.r2.map(|r2| metric(name("R2"), r2, Score)));
        metrics.extend(target.mape.map(|mape| error(name("MAPE"), mape, Share)));
    }
    metrics
}
