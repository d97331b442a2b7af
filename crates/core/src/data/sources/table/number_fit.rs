//! Fits the encoding of numbers, booleans, dates and times of day.

use super::fit::NO_VALUE;
use crate::config::{CsvConfig, MissingValues, NumberScaling};
use burn_mlp_infer::table::{Cycle, Meaning, Numbers, Scaling};
use burn_mlp_infer::text::quoted;

/// Distance from the mean, in deviations, beyond which a number is far from the others.
pub(super) const FAR: f64 = 10.0;

/// Maximum number of quantiles, as scikit-learn's QuantileTransformer has by default.
const MAX_QUANTILES: usize = 1000;

/// A number's encoding, and what is to be said of it.
pub(super) struct FittedNumbers {
    pub numbers: Numbers,
    /// Whether some values are so far from the others that these decided the scaling.
    pub is_far: bool,
    /// What a date or a time of day becomes, a sentence.
    pub note: Option<String>,
}

/// Computes range and median, then what scales the numbers, with missing values replaced by the median.
///
/// # Errors
/// Returns why the column is to be left out.
pub(super) fn fit_numbers(
    name: &str,
    numbers: &[f64],
    rows: &[usize],
    config: &CsvConfig,
    meaning: Option<&Meaning>,
) -> Result<FittedNumbers, String> {
    let mut present: Vec<f64> = rows.iter().map(|&row| numbers[row]).filter(|number| !number.is_nan()).collect();
    present.sort_unstable_by(f64::total_cmp);
    let (Some(&lowest), Some(&highest)) = (present.first(), present.last()) else { return Err(NO_VALUE.to_string()) };
    let is_complete = present.len() == rows.len();
    if lowest == highest && is_complete {
        let value = meaning.map_or(lowest.to_string(), |meaning| meaning.text(lowest));
        return Err(format!("is {value} in every training row"));
    }
    let median = match meaning {
        Some(Meaning::Unit(_)) | None => quantile(&present, 1, 2),
        // One that occurs: of booleans the more frequent one.
        Some(_) => present[(present.len() - 1) / 2],
    };
    let filled = rows.iter().map(|&row| if numbers[row].is_nan() { median } else { numbers[row] });
    let (scaling, is_far) = scaling(&filled.collect::<Vec<_>>(), config.scaling, meaning);
    let is_time = matches!(meaning, Some(Meaning::Date(_) | Meaning::Time));
    let cycles = if is_time { cycles(&present) } else { Vec::new() };
    let edges = if matches!(meaning, Some(Meaning::Boolean(_))) { Vec::new() } else { edges(&present, config.bins) };
    let missing = (config.missing != MissingValues::Refuse).then_some(median);
    let indicator = config.missing == MissingValues::Indicator && !is_complete;
    let note = meaning.filter(|_| is_time).map(|meaning| note(name, meaning, &cycles, &present));
    Ok(FittedNumbers { numbers: Numbers { scaling, cycles, edges, lowest, highest, missing, indicator }, is_far, note })
}

/// What scales `numbers`, none of which is missing, and whether values that are far from the others decided it.
fn scaling(numbers: &[f64], rule: NumberScaling, meaning: Option<&Meaning>) -> (Scaling, bool) {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let (Some(&lowest), Some(&highest)) = (sorted.first(), sorted.last()) else { return (Scaling::None, false) };
    let scaling = match (rule, meaning) {
        (_, Some(Meaning::Boolean(_))) => return (Scaling::None, false),
        // Days since the first of the training rows.
        (NumberScaling::None, Some(Meaning::Date(_))) => Scaling::Standard { mean: lowest, deviation: 1.0 },
        (NumberScaling::None, _) => Scaling::None,
        // A constant has no width to divide by, and its computed mean may differ by rounding.
        _ if lowest == highest => Scaling::Standard { mean: lowest, deviation: 1.0 },
        (NumberScaling::Robust, _) => robust(&sorted),
        (NumberScaling::Quantile, _) => Scaling::Quantile { quantiles: quantiles(&sorted) },
        (NumberScaling::Standard, _) => standard(numbers),
        (NumberScaling::Auto, _) => {
            let standard = standard(numbers);
            let is_far = distance(&standard, lowest, highest) > FAR && quartiles(&sorted).1 > quartiles(&sorted).0;
            return if is_far { (robust(&sorted), true) } else { (standard, false) };
        }
    };
    (scaling, false)
}

/// Mean and standard deviation, without Bessel's correction, in the order of the rows.
fn standard(numbers: &[f64]) -> Scaling {
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let deviation = (numbers.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / count).sqrt();
    // The squares of very small differences may underflow.
    Scaling::Standard { mean, deviation: if deviation > 0.0 { deviation } else { 1.0 } }
}

/// The distance of the farthest number from the mean, in deviations.
fn distance(standard: &Scaling, lowest: f64, highest: f64) -> f64 {
    f64::from(standard.feature(lowest).abs().max(standard.feature(highest).abs()))
}

/// Median and range between the quartiles, or half of the whole range where the quartiles are equal.
fn robust(sorted: &[f64]) -> Scaling {
    let (lower, upper) = quartiles(sorted);
    let half = (sorted[sorted.len() - 1] - sorted[0]) / 2.0;
    Scaling::Robust { median: quantile(sorted, 1, 2), width: if upper > lower { upper - lower } else { half } }
}

fn quartiles(sorted: &[f64]) -> (f64, f64) {
    (quantile(sorted, 1, 4), quantile(sorted, 3, 4))
}

/// Quantiles at equal steps from 0 to 1.
fn quantiles(sorted: &[f64]) -> Vec<f64> {
    let last = sorted.len().min(MAX_QUANTILES) - 1;
    (0..=last).map(|step| quantile(sorted, step, last)).collect()
}

/// The edges of at most `bins` bins, which have about as many of the `sorted` numbers each. None if there would be only one:
/// the scaled number says the same.
fn edges(sorted: &[f64], bins: usize) -> Vec<f64> {
    let mut edges: Vec<f64> = (0..=bins).map(|step| quantile(sorted, step, bins.max(1))).collect();
    edges.dedup();
    if edges.len() > 2 { edges } else { Vec::new() }
}

/// The number with the share `part / parts` of the sorted ones below it, interpolated between the two nearest, as NumPy
/// does by default. Whole numbers place it, since a quantile that is a repeated number must equal it.
fn quantile(sorted: &[f64], part: usize, parts: usize) -> f64 {
    let place = part * (sorted.len() - 1);
    let (at, rest) = (place / parts, place % parts);
    match rest {
        0 => sorted[at],
        // Rounding may pass the upper one.
        _ => (sorted[at] + (sorted[at + 1] - sorted[at]) * (rest as f64 / parts as f64)).min(sorted[at + 1]),
    }
}

/// The cycles whose place differs among the training rows' times.
fn cycles(times: &[f64]) -> Vec<Cycle> {
    let differs = |cycle: &Cycle| times.iter().any(|&time| cycle.place(time) != cycle.place(times[0]));
    Cycle::ALL.iter().copied().filter(differs).collect()
}

/// Says what a date or a time of day becomes.
fn note(name: &str, meaning: &Meaning, cycles: &[Cycle], times: &[f64]) -> String {
    let is_date = matches!(meaning, Meaning::Date(_));
    let parts: Vec<String> = cycles.iter().map(|cycle| format!("the cycle of the {cycle}")).collect();
    let parts = match parts.split_last() {
        None => String::new(),
        Some((last, [])) => format!(" and {last}"),
        Some((last, before)) => format!(", {} and {last}", before.join(", ")),
    };
    // Dates without a time of day have nothing to leave out.
    let is_constant =
        |cycle: &Cycle| !cycles.contains(cycle) && if *cycle == Cycle::Day { times[0].fract() != 0.0 } else { is_date };
    let constant = Cycle::ALL.iter().copied().filter(is_constant).map(|cycle| match cycle {
        Cycle::Year => "the day of the year",
        Cycle::Week => "the weekday",
        Cycle::Day => "the time of day",
    });
    let constant: Vec<&str> = constant.collect();
    let left_out = match constant.is_empty() {
        true => String::new(),
        false => {
            let are = if constant.len() > 1 { "are" } else { "is" };
            format!("; {} {are} the same in every training row and left out", constant.join(" and "))
        }
    };
    let kind = if is_date { "dates" } else { "times of day" };
    format!("column {} has {kind}; its features are the time{parts}{left_out}", quoted(name))
}

#[cfg(test)]
#[path = "number_fit_tests.rs"]
mod tests;
