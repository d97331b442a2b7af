//! The reliability diagram: is the model as often right as its confidence claims?

use super::chart::{Axis, Chart, SeriesStyle};
use crate::evaluation::{ClassificationReport, ReliabilityBin};
use crate::format::{count, percent};

/// Mean confidence may differ from accuracy by this much and still count as equal.
const BALANCED: f64 = 0.005;

/// The gap between neighbouring bars, as a fraction of a bin on each side.
const GAP: f64 = 0.06;

/// The view of the section.
#[derive(Debug)]
pub(super) struct Calibration {
    pub chart: Chart,
    pub expected_error: String,
    /// Whether the model is over- or underconfident, as a sentence.
    pub verdict: &'static str,
    pub bins: Vec<BinCells>,
}

/// The formatted values of a bin that has rows.
#[derive(Debug, PartialEq)]
pub(super) struct BinCells {
    pub range: String,
    pub rows: String,
    pub confidence: String,
    pub accuracy: String,
}

impl Calibration {
    pub fn new(report: &ClassificationReport) -> Self {
        let bins: Vec<&ReliabilityBin> = report.reliability.bins.iter().filter(|bin| bin.count > 0).collect();
        let expected_error = percent(report.reliability.expected_calibration_error);
        Self {
            chart: chart(report, &bins, &expected_error),
            expected_error,
            verdict: verdict(report),
            bins: bins.into_iter().map(BinCells::new).collect(),
        }
    }
}

fn chart(report: &ClassificationReport, bins: &[&ReliabilityBin], expected_error: &str) -> Chart {
    let description = format!(
        "Reliability diagram: accuracy by confidence of the prediction, for {} rows; expected calibration error \
         {expected_error}.",
        count(report.samples)
    );
    let mut chart = Chart::new(Axis::zero_to_one(), Axis::zero_to_one(), "confidence", description);
    chart.add_line(SeriesStyle::PERFECT_CALIBRATION, &[(0.0, 0.0), (1.0, 1.0)]);
    for bin in bins {
        let gap = (bin.upper - bin.lower) * GAP;
        chart.add_bar(SeriesStyle::ACCURACY, bin.lower + gap, bin.upper - gap, bin.accuracy);
        chart.add_dot(SeriesStyle::MEAN_CONFIDENCE, (bin.mean_confidence.min(1.0), bin.accuracy));
        chart.add_tooltip(bin.lower, bin.upper, tooltip(&BinCells::new(bin)));
    }
    chart
}

impl BinCells {
    fn new(bin: &ReliabilityBin) -> Self {
        Self {
            range: format!("{:.0} to {:.0} %", 100.0 * bin.lower, 100.0 * bin.upper),
            rows: count(bin.count as usize),
            confidence: percent(bin.mean_confidence),
            accuracy: percent(bin.accuracy),
        }
    }
}

fn tooltip(cells: &BinCells) -> Vec<String> {
    vec![
        format!("confidence {}", cells.range),
        format!("rows {}", cells.rows),
        format!("mean {}", cells.confidence),
        format!("accuracy {}", cells.accuracy),
    ]
}

fn verdict(report: &ClassificationReport) -> &'static str {
    let rows = report.samples.max(1) as f64;
    let surplus = |bin: &ReliabilityBin| bin.count as f64 * (bin.mean_confidence - bin.accuracy);
    match report.reliability.bins.iter().map(surplus).sum::<f64>() / rows {
        surplus if surplus > BALANCED => "Overall the model is overconfident.",
        surplus if surplus < -BALANCED => "Overall the model is underconfident.",
        _ => "Overall its confidence matches its accuracy.",
    }
}
