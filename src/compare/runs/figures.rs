//! Figures side by side, with their differences from the first run's.

use serde::Serialize;

use super::same_rows::same_data;
use super::subject::Subject;
use crate::evaluation::EvaluationReport;

/// What a figure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// From 0 to 1, shown in percent.
    Fraction,
    /// Nats.
    Loss,
    Count,
    Seconds,
    PerSecond,
}

/// One figure of every run.
#[derive(Debug, PartialEq, Serialize)]
pub struct FigureRow {
    pub name: String,
    pub unit: Unit,
    /// Whether more is better; nothing where neither is.
    pub higher_is_better: Option<bool>,
    /// Nothing for a run that has no such figure.
    pub values: Vec<Option<f64>>,
    /// From the first run's value; nothing for the first run, and where the figures cannot be compared.
    pub differences: Vec<Option<f64>>,
}

/// How a figure is read.
struct Figure {
    name: &'static str,
    unit: Unit,
    higher_is_better: Option<bool>,
    value: fn(&Subject) -> Option<f64>,
    /// Whether it says nothing about another run's on other rows.
    is_of_rows: bool,
}

const fn quality(name: &'static str, unit: Unit, higher: bool, value: fn(&Subject) -> Option<f64>) -> Figure {
    Figure { name, unit, higher_is_better: Some(higher), value, is_of_rows: true }
}

/// More is not better: it may be that the rows are known by heart.
const fn fit(name: &'static str, unit: Unit, value: fn(&Subject) -> Option<f64>) -> Figure {
    Figure { name, unit, higher_is_better: None, value, is_of_rows: true }
}

const fn effort(name: &'static str, unit: Unit, value: fn(&Subject) -> Option<f64>) -> Figure {
    Figure { name, unit, higher_is_better: None, value, is_of_rows: false }
}

const FIGURES: [Figure; 15] = [
    quality("best valid accuracy", Unit::Fraction, true, |run| run.record.best?.valid_accuracy),
    quality("best valid loss", Unit::Loss, false, |run| run.record.best?.valid_loss),
    quality("test accuracy", Unit::Fraction, true, |run| Some(run.record.test?.accuracy)),
    quality("test loss", Unit::Loss, false, |run| Some(run.record.test?.loss)),
    quality("top-k accuracy", Unit::Fraction, true, |run| Some(run.test_report()?.top_k.accuracy)),
    quality("macro F1", Unit::Fraction, true, |run| Some(run.test_report()?.macro_mean.f1)),
    quality("calibration error", Unit::Fraction, false, |run| Some(calibration_error(run.test_report()?))),
    fit("train accuracy", Unit::Fraction, |run| Some(run.record.best?.train_accuracy)),
    fit("train loss", Unit::Loss, |run| Some(run.record.best?.train_loss)),
    effort("epochs", Unit::Count, |run| Some(run.record.epochs_done as f64)),
    effort("best epoch", Unit::Count, |run| Some(run.record.best_epoch? as f64)),
    effort("time per epoch", Unit::Seconds, |run| timed(run.record.timings.median_epoch_seconds)),
    effort("training time", Unit::Seconds, |run| timed(run.record.timings.train_seconds)),
    effort("samples/s", Unit::PerSecond, median_speed),
    effort("parameters", Unit::Count, |run| Some(run.record.parameters as f64)),
];

/// Every figure that at least one run has.
pub(super) fn rows(subjects: &[Subject]) -> Vec<FigureRow> {
    let rows = FIGURES.into_iter().map(|figure| figure.row(subjects));
    rows.filter(|row| row.values.iter().any(Option::is_some)).collect()
}

impl Figure {
    fn row(&self, subjects: &[Subject]) -> FigureRow {
        // JSON has no NaN, and one differs from nothing.
        let value = |subject: &Subject| (self.value)(subject).filter(|value| value.is_finite());
        let values: Vec<Option<f64>> = subjects.iter().map(value).collect();
        let difference = |index: usize| {
            let (first, other) = (&subjects[0], &subjects[index]);
            let is_comparable = index > 0 && (!self.is_of_rows || self.can_be_compared(first, other));
            Some(values[index]? - values[0]?).filter(|_| is_comparable)
        };
        FigureRow {
            name: self.told_name(subjects),
            unit: self.unit,
            higher_is_better: self.higher_is_better,
            differences: (0..values.len()).map(difference).collect(),
            values,
        }
    }

    fn is_top_k(&self) -> bool {
        self.name == "top-k accuracy"
    }

    fn can_be_compared(&self, first: &Subject, other: &Subject) -> bool {
        same_data(first, other) && (!self.is_top_k() || top_k(first) == top_k(other))
    }

    /// "top-5 accuracy" where k is the same in all runs.
    fn told_name(&self, subjects: &[Subject]) -> String {
        let mut sizes: Vec<usize> = subjects.iter().filter_map(top_k).collect();
        sizes.dedup();
        match (self.is_top_k(), sizes.as_slice()) {
            (true, [k]) => format!("top-{k} accuracy"),
            (true, several) => {
                let several: Vec<String> = several.iter().map(usize::to_string).collect();
                format!("top-k accuracy (k = {})", several.join(", "))
            }
            _ => self.name.to_string(),
        }
    }
}

impl FigureRow {
    /// Whether each run has the best value; all `false` where none is better, or not all can be compared.
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

fn top_k(subject: &Subject) -> Option<usize> {
    Some(subject.test_report()?.top_k.k)
}

fn calibration_error(report: &EvaluationReport) -> f64 {
    report.reliability.expected_calibration_error
}

/// A time that was taken at all.
fn timed(seconds: f64) -> Option<f64> {
    Some(seconds).filter(|&seconds| seconds > 0.0)
}

fn median_speed(subject: &Subject) -> Option<f64> {
    let history = subject.history.as_ref().ok()?;
    let mut speeds: Vec<f64> =
        history.iter().map(|row| row.samples_per_second).filter(|speed| speed.is_finite()).collect();
    speeds.sort_by(f64::total_cmp);
    speeds.get(speeds.len() / 2).copied()
}
