//! What the tests mean, in sentences.

use super::loaded_group::{LoadedGroup, Pairs};
use super::tested_metric::TestedMetric;
use crate::format::count;

/// Differences with a smaller p-value are called significant.
const SIGNIFICANCE_LEVEL: f64 = 0.05;

/// Returns a sentence for each group on its first metric, and how the tests allow for shared rows.
pub(super) fn notes(groups: &[LoadedGroup], metrics: &[TestedMetric], pairs: &[Option<Pairs>]) -> Vec<String> {
    let Some(metric) = metrics.iter().find(|metric| metric.tests.iter().any(Option::is_some)) else {
        return Vec::new();
    };
    let verdict = |index: usize| verdict(metric, &groups[0].letter, &groups[index].letter, index);
    let mut notes: Vec<String> = (1..groups.len()).filter_map(verdict).collect();
    let folds = pairs.iter().skip(1).flatten().map(|pairs| pairs.folds.len()).max().unwrap_or_default();
    notes.extend((1..groups.len()).filter_map(|index| unpaired(&groups[0], &groups[index], pairs[index].as_ref()?)));
    notes.push(format!(
        "Folds are not independent: their runs share training rows. The corrected resampled t-test (Nadeau and Bengio \
         2003) over {} folds widens the variance for that; several seeds of a fold count as their mean.",
        count(folds)
    ));
    notes
}

/// Says that the means and the differences are over different runs, if a group has finished runs that the other has not.
fn unpaired(first: &LoadedGroup, other: &LoadedGroup, pairs: &Pairs) -> Option<String> {
    let paired: usize = pairs.folds.values().map(Vec::len).sum();
    let finished = |group: &LoadedGroup| group.runs.iter().filter(|run| run.report.is_some()).count();
    (finished(first) != paired || finished(other) != paired).then(|| {
        format!(
            "The differences of {} and {} are over the {} runs that both have finished; the means are over all runs of each.",
            first.letter,
            other.letter,
            count(paired)
        )
    })
}

fn verdict(metric: &TestedMetric, first: &str, other: &str, index: usize) -> Option<String> {
    let test = metric.tests[index]?;
    let is_better = (test.test.difference > 0.0) == metric.higher_is_better?;
    let (better, worse) = if is_better { (other, first) } else { (first, other) };
    let (name, size) = (&metric.name, metric.unit.text(test.test.difference.abs()));
    let size = size.strip_suffix(" %").map_or(size.clone(), |points| format!("{points} points"));
    let p = test.corrected_p_value;
    // Differences that cancel out leave a little rounding.
    let is_same = test.test.difference.abs() < 1e-12;
    Some(match (is_same, p < SIGNIFICANCE_LEVEL) {
        (true, _) => format!("{first} and {other} have the same mean {name}."),
        (_, true) => {
            format!("{better} is better than {worse} by {size} of {name} in the mean, more than chance would explain.")
        }
        (_, false) => format!(
            "{better} is better than {worse} by {size} of {name} in the mean; two equally good settings would differ this \
             much in {:.0} of 100 cases, so these folds do not show that it is the better one.",
            100.0 * p
        ),
    })
}
