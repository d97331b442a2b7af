//! Metrics side by side, with their differences from those of the first run.

use std::collections::BTreeSet;

use serde::Serialize;

use super::loaded_run::LoadedRun;
use super::same_rows::same_data;
use crate::config::NumberLoss;
use crate::evaluation::{ClassificationReport, TargetMetrics};
use crate::format::metric_name;

/// The unit of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A fraction from 0 to 1, shown in percent.
    Fraction,
    /// A cross-entropy in nats, or a loss of standardised numbers.
    Loss,
    /// Without a unit, such as the area under a curve.
    Score,
    /// In the unit of the target.
    Number,
    Count,
    Seconds,
    PerSecond,
}

/// A metric of every run.
#[derive(Debug, PartialEq, Serialize)]
pub struct MetricRow {
    pub name: String,
    pub unit: Unit,
    /// `None` if neither higher nor lower is better.
    pub higher_is_better: Option<bool>,
    /// `None` for a run without this metric.
    pub values: Vec<Option<f64>>,
    /// Differences from the value of the first run; `None` for the first run, and if the two cannot
    /// be compared.
    pub differences: Vec<Option<f64>>,
}

/// How a metric is read from a run.
struct Metric {
    name: &'static str,
    unit: Unit,
    higher_is_better: Option<bool>,
    value: fn(&LoadedRun) -> Option<f64>,
    /// Whether it can only be compared between runs that were evaluated on the same rows.
    depends_on_rows: bool,
}

const fn quality(name: &'static str, unit: Unit, higher: bool, value: fn(&LoadedRun) -> Option<f64>) -> Metric {
    Metric { name, unit, higher_is_better: Some(higher), value, depends_on_rows: true }
}

/// Metrics of which neither higher nor lower is better, such as accuracy on the training rows: the model may have
/// memorised them.
const fn fit(name: &'static str, unit: Unit, value: fn(&LoadedRun) -> Option<f64>) -> Metric {
    Metric { name, unit, higher_is_better: None, value, depends_on_rows: true }
}

const fn effort(name: &'static str, unit: Unit, value: fn(&LoadedRun) -> Option<f64>) -> Metric {
    Metric { name, unit, higher_is_better: None, value, depends_on_rows: false }
}

const MACRO_F1: &str = "macro F1";
const TEST_MAE: &str = "test MAE";
const PINBALL_LOSS: &str = "test pinball loss";

const METRICS: [Metric; 30] = [
    quality("best valid accuracy", Unit::Fraction, true, |run| run.record.best?.valid_accuracy),
    quality("best valid ROC AUC", Unit::Score, true, |run| run.record.best?.valid_auc),
    quality("best valid macro F1", Unit::Fraction, true, |run| run.record.best?.valid_f1),
    quality("best valid loss", Unit::Loss, false, |run| run.record.best?.valid_loss),
    quality("test accuracy", Unit::Fraction, true, |run| run.record.test?.accuracy),
    quality("best valid RMSE", Unit::Number, false, |run| run.record.best?.valid_rmse),
    quality("best valid MAE", Unit::Number, false, |run| run.record.best?.valid_mae),
    quality("test RMSE", Unit::Number, false, |run| run.record.test?.rmse),
    quality(TEST_MAE, Unit::Number, false, |run| only_target(run).map(|target| target.mae)),
    quality(PINBALL_LOSS, Unit::Number, false, |run| Some(only_target(run)?.predicted_quantile?.pinball_loss)),
    fit("test coverage", Unit::Fraction, |run| Some(only_target(run)?.predicted_quantile?.coverage)),
    quality("test R2", Unit::Number, true, |run| only_target(run)?.r2),
    quality("test loss", Unit::Loss, false, |run| Some(run.record.test?.loss)),
    quality("top-k accuracy", Unit::Fraction, true, |run| Some(run.test_report()?.top_k.accuracy)),
    quality(MACRO_F1, Unit::Fraction, true, |run| Some(run.test_report()?.macro_mean.f1)),
    quality("balanced accuracy", Unit::Fraction, true, |run| Some(run.test_report()?.balanced_accuracy)),
    quality("MCC", Unit::Score, true, |run| Some(run.test_report()?.mcc)),
    quality("ROC AUC", Unit::Score, true, |run| run.test_report()?.roc_auc),
    quality("average precision", Unit::Score, true, |run| run.test_report()?.two_classes.as_ref()?.average_precision),
    quality("Brier score", Unit::Score, false, |run| Some(run.test_report()?.two_classes.as_ref()?.brier)),
    quality("calibration error", Unit::Fraction, false, |run| Some(calibration_error(run.test_report()?))),
    fit("train accuracy", Unit::Fraction, |run| run.record.best?.train_accuracy),
    fit("train RMSE", Unit::Number, |run| run.record.best?.train_rmse),
    fit("train loss", Unit::Loss, |run| Some(run.record.best?.train_loss)),
    effort("epochs", Unit::Count, |run| run.record.ensemble.is_none().then_some(run.record.epochs_done as f64)),
    effort("best epoch", Unit::Count, |run| Some(run.record.best_epoch? as f64)),
    effort("time per epoch", Unit::Seconds, |run| timed(run.record.timings.median_epoch_seconds)),
    effort("training time", Unit::Seconds, |run| timed(run.record.timings.train_seconds)),
    effort("samples/s", Unit::PerSecond, median_speed),
    effort("parameters", Unit::Count, |run| Some(run.record.parameters as f64)),
];

/// Returns every metric that at least one run has.
pub(super) fn rows(runs: &[LoadedRun]) -> Vec<MetricRow> {
    let rows = METRICS.into_iter().map(|metric| metric.row(runs));
    rows.filter(|row| row.values.iter().any(Option::is_some)).collect()
}

impl Metric {
    fn row(&self, runs: &[LoadedRun]) -> MetricRow {
        // JSON has no NaN, and differences from it are meaningless.
        let value = |run: &LoadedRun| (self.value)(run).filter(|value| value.is_finite());
        let values: Vec<Option<f64>> = runs.iter().map(value).collect();
        let difference = |index: usize| {
            let (first, other) = (&runs[0], &runs[index]);
            let is_comparable = index > 0 && (!self.depends_on_rows || self.can_be_compared(first, other));
            Some(values[index]? - values[0]?).filter(|_| is_comparable)
        };
        MetricRow {
            name: self.shown_name(runs),
            unit: self.unit,
            higher_is_better: self.higher_is_better,
            differences: (0..values.len()).map(difference).collect(),
            values,
        }
    }

    fn is_top_k(&self) -> bool {
        self.name == "top-k accuracy"
    }

    fn depends_on_loss(&self) -> bool {
        self.unit == Unit::Loss || self.name == PINBALL_LOSS
    }

    fn can_be_compared(&self, first: &LoadedRun, other: &LoadedRun) -> bool {
        same_data(first, other)
            && (!self.is_top_k() || top_k(first) == top_k(other))
            && (!self.depends_on_loss() || number_loss(first) == number_loss(other))
    }

    /// Returns the name, with k if it is the top-k accuracy: "top-5 accuracy", and with the number
    /// of classes if a macro mean leaves some out.
    fn shown_name(&self, runs: &[LoadedRun]) -> String {
        if self.name == MACRO_F1 {
            return macro_name(runs);
        }
        let mut sizes: Vec<usize> = runs.iter().filter_map(top_k).collect();
        sizes.dedup();
        match (self.is_top_k(), sizes.as_slice()) {
            (true, [k]) => format!("top-{k} accuracy"),
            (true, several) => {
                let several: Vec<String> = several.iter().map(usize::to_string).collect();
                format!("top-k accuracy (k = {})", several.join(", "))
            }
            // Metrics of the only target are in its own unit.
            _ if self.name == TEST_MAE => self.name.to_string(),
            _ => {
                let targets = runs.iter().map(|run| run.record.data.target_names.len()).max().unwrap_or_default();
                metric_name(self.name, targets)
            }
        }
    }
}

impl MetricRow {
    /// Returns whether each run has the best value. All are `false` if the values are equal, if
    /// neither higher nor lower is better, or if not all runs can be compared.
    pub fn is_best(&self) -> Vec<bool> {
        let none = vec![false; self.values.len()];
        let (Some(higher), true) = (self.higher_is_better, self.differences.iter().skip(1).all(Option::is_some)) else {
            return none;
        };
        let values: Vec<f64> = self.values.iter().flatten().copied().collect();
        let better = if higher { f64::max } else { f64::min };
        let best = values.iter().copied().reduce(better);
        match values.iter().all(|value| Some(*value) == best) {
            true => none,
            false => self.values.iter().map(|value| *value == best).collect(),
        }
    }
}

fn macro_name(runs: &[LoadedRun]) -> String {
    let reports = || runs.iter().filter_map(LoadedRun::test_report);
    if reports().all(|report| report.absent_classes == 0) {
        return MACRO_F1.to_string();
    }
    let present = |report: &ClassificationReport| report.classes.len() - report.absent_classes;
    let counts: BTreeSet<String> =
        reports().map(|report| format!("{} of {}", present(report), report.classes.len())).collect();
    format!("{MACRO_F1} over {} classes", Vec::from_iter(counts).join(", "))
}

/// The metrics of the target of a regression, if there is only one.
fn only_target(run: &LoadedRun) -> Option<&TargetMetrics> {
    match &run.test_numbers()?.targets[..] {
        [target] => Some(target),
        _ => None,
    }
}

/// The loss of a regression, which gives losses of different kinds no common scale.
fn number_loss(run: &LoadedRun) -> Option<NumberLoss> {
    run.config.as_ref().ok().filter(|_| run.is_regression()).map(|config| config.training.number_loss())
}

fn top_k(run: &LoadedRun) -> Option<usize> {
    Some(run.test_report()?.top_k.k)
}

fn calibration_error(report: &ClassificationReport) -> f64 {
    report.reliability.expected_calibration_error
}

/// Returns a time, or `None` if it was not measured.
fn timed(seconds: f64) -> Option<f64> {
    Some(seconds).filter(|&seconds| seconds > 0.0)
}

fn median_speed(run: &LoadedRun) -> Option<f64> {
    let history = run.history.as_ref().ok()?;
    let mut speeds: Vec<f64> = history.iter().filter_map(|row| row.samples_per_second).collect();
    speeds.sort_by(f64::total_cmp);
    speeds.get(speeds.len() / 2).copied()
}
