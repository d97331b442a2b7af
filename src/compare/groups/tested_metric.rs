//! The metrics of groups, with a test of each difference from the first group.

use serde::Serialize;

use super::loaded_group::Pairs;
use crate::evaluation::{EvaluationReport, MetricSpread, MetricUnit, ResampledT, Spread, holm};

/// A metric with its mean and deviation in each group.
#[derive(Debug, Serialize)]
pub struct TestedMetric {
    pub name: String,
    pub unit: MetricUnit,
    /// `None` if neither higher nor lower is better.
    pub higher_is_better: Option<bool>,
    /// `None` if no run of a group has the metric.
    pub spreads: Vec<Option<Spread>>,
    /// The difference from the first group; `None` for the first, and where it cannot be tested.
    pub tests: Vec<Option<MetricTest>>,
}

/// The corrected resampled t-test of a difference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MetricTest {
    #[serde(flatten)]
    pub test: ResampledT,
    /// Corrected by Holm for the number of groups that are compared with the first.
    pub corrected_p_value: f64,
}

/// Returns the metrics that any group has. `spreads` and `pairs` have an entry for each group.
pub(super) fn rows(spreads: &[Vec<MetricSpread>], pairs: &[Option<Pairs>]) -> Vec<TestedMetric> {
    let mut named: Vec<&MetricSpread> = Vec::new();
    for metric in spreads.iter().flatten() {
        if named.iter().all(|known| known.name != metric.name) {
            named.push(metric);
        }
    }
    let row = |metric: &MetricSpread| {
        let spread = |group: &Vec<MetricSpread>| Some(group.iter().find(|other| other.name == metric.name)?.spread);
        let test = |(group, pairs): (usize, &Option<Pairs>)| match group {
            0 => None,
            _ => tested(&metric.name, pairs.as_ref()?),
        };
        let tests: Vec<Option<ResampledT>> = pairs.iter().enumerate().map(test).collect();
        TestedMetric {
            name: metric.name.clone(),
            unit: metric.unit,
            higher_is_better: metric.higher_is_better,
            spreads: spreads.iter().map(spread).collect(),
            tests: corrected(&tests),
        }
    };
    named.into_iter().map(row).collect()
}

fn tested(metric: &str, pairs: &Pairs) -> Option<ResampledT> {
    let value =
        |report: &EvaluationReport| report.metrics().into_iter().find(|it| it.name == metric).map(|it| it.value);
    let difference = |(first, other): &(EvaluationReport, EvaluationReport)| Some(value(other)? - value(first)?);
    // Seeds of one fold share all their rows, so that only their mean counts.
    let of_fold = |seeds: &Vec<(EvaluationReport, EvaluationReport)>| {
        let differences: Vec<f64> = seeds.iter().map(difference).collect::<Option<_>>()?;
        Some(Spread::of(&differences)?.mean)
    };
    let differences: Vec<f64> = pairs.folds.values().map(of_fold).collect::<Option<_>>()?;
    ResampledT::new(&differences, pairs.held_out_ratio)
}

fn corrected(tests: &[Option<ResampledT>]) -> Vec<Option<MetricTest>> {
    let p_values: Vec<f64> = tests.iter().flatten().map(|test| test.p_value).collect();
    let mut corrected = holm(&p_values).into_iter();
    let mut with = |test: ResampledT| Some(MetricTest { test, corrected_p_value: corrected.next()? });
    tests.iter().map(|test| test.and_then(&mut with)).collect()
}
